using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using GrainAnswer = Tachyon.Grains.AcceptanceAnswer;
using WireAnswer = Tachyon.Protocol.Gateway.AcceptanceAnswer;

namespace Tachyon.Silo.Gateway;

/// <summary>Brings a consumer that wants to open straight to active together with the provider that must sign for it.</summary>
internal sealed class AcceptanceRequests(IGrainFactory grains, ISettlementChain chain, TimeProvider time) : IDisposable
{
    // An edge that is there answers within a round trip; the consumer can do without.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    // Each look at a balance is a request to the operator's endpoint, by which challenges and settlements go too.
    private readonly SemaphoreSlim _looks = new(4);

    public async Task<GatewayReply> AskAsync(EdgeSession session, AcceptanceRequest request)
    {
        if (request.Terms.Consumer != session.Node)
        {
            return Refusals.Reply(RefusalReason.NotYours);
        }

        // Terms that are not opened cost nothing to make up, so the name is paid for, whatever comes of it.
        var channelId = request.Terms.ChannelId(chain.Domain);
        if (!session.Names.TryName(channelId, out _))
        {
            return Refusals.TooManyUnknown(session.Names);
        }

        // Asked here and not by the provider's grain, which others wait for.
        if (!await HoldsDepositAsync(request.Terms))
        {
            return Refusals.ToConsumer(RelayRefusal.DepositMissing);
        }

        var waiter = new AcceptanceWaiter();
        var reference = grains.CreateObjectReference<IAcceptanceObserver>(waiter);
        try
        {
            var asked = await grains.Provider(request.Terms.Provider).AskAcceptance(request.Terms, reference);
            if (asked.Refusal != RelayRefusal.None)
            {
                return Refusals.ToConsumer(asked.Refusal);
            }

            var answer = await waiter.Answer.WaitAsync(AnswerTimeout, time);
            return answer.ChannelId == channelId && answer.Signature is { } signature
                ? new AcceptanceReply(answer.ExpirySeconds, signature)
                : Refusals.ToConsumer(answer.Refusal);
        }
        catch (TimeoutException)
        {
            return Refusals.ToConsumer(RelayRefusal.ProviderAway);
        }
        finally
        {
            grains.DeleteObjectReference<IAcceptanceObserver>(reference);

            // Orleans holds observers weakly.
            GC.KeepAlive(waiter);
        }
    }

    public async Task<GatewayReply> AnswerAsync(EdgeSession session, WireAnswer answer)
    {
        var refusal = await grains.Provider(session.Node).AnswerAcceptance(new GrainAnswer
        {
            ChannelId = answer.ChannelId,
            ExpirySeconds = answer.ExpirySeconds,
            Signature = answer.Signature,
            Refusal = answer.Signature is null ? Refusals.ToGrain(answer.Reason) : RelayRefusal.None,
        });
        return refusal == RelayRefusal.None ? Accepted.Instance : Refusals.Reply(Refusals.Of(refusal));
    }

    /// <inheritdoc/>
    public void Dispose() => _looks.Dispose();

    // Asking is free and holds a slot, so at least the deposit must be there. While the chain does not answer nobody can open.
    private async Task<bool> HoldsDepositAsync(Terms terms)
    {
        if (terms.Validate() is not null)
        {
            return false;
        }

        await _looks.WaitAsync();
        try
        {
            return await chain.GetBalanceAsync(terms.Consumer, ReadAt.Latest) >= terms.Deposit(terms.CapacityBytes);
        }
        catch (ChainUnavailableException)
        {
            return false;
        }
        finally
        {
            _looks.Release();
        }
    }

    private sealed class AcceptanceWaiter : IAcceptanceObserver
    {
        private readonly TaskCompletionSource<GrainAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<GrainAnswer> Answer => _answer.Task;

        public Task Answered(GrainAnswer answer)
        {
            _answer.TrySetResult(answer);
            return Task.CompletedTask;
        }
    }
}
