using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>How far a top-up has come. Its name in lower case is the control socket's word.</summary>
internal enum TopUpStep
{
    /// <summary>On its way to the chain.</summary>
    Sending = 1,

    /// <summary>Mined; the new capacity counts once it is final.</summary>
    Waiting = 2,

    /// <summary>The capacity is raised.</summary>
    Done = 3,

    /// <summary>Refused, or it could not be sent; nothing was paid.</summary>
    Failed = 4,
}

/// <summary>A snapshot of a top-up.</summary>
/// <param name="Step">In a word.</param>
/// <param name="CapacityBytes">The capacity wanted.</param>
/// <param name="Detail">What went wrong; null where nothing did.</param>
internal sealed record TopUpProgress(TopUpStep Step, ulong CapacityBytes, string? Detail);

/// <summary>The answer to a request to top up.</summary>
/// <param name="Fault">A fixed word; null when it has begun.</param>
/// <param name="Text">For people.</param>
internal sealed record TopUpAnswer(string? Fault, string Text)
{
    public static TopUpAnswer Started { get; } = new(null, "");
}

/// <summary>
/// Raises the capacity of this node's channels, from its own account. The capacity asked for is the new whole, never a
/// difference: asked for twice, or sent twice around a crash, it is paid once.
/// </summary>
internal sealed partial class TopUpDesk(
    ChannelBook book,
    ChannelCloser closer,
    ChainWatcher chain,
    Func<ISettlementChain, ConsumerAccount> accountOf,
    ILogger<TopUpDesk> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ChannelId, TopUpProgress> _progress = new();
    private readonly Dictionary<ChannelId, Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();

    public TopUpProgress? Find(ChannelId channelId)
    {
        var progress = _progress.GetValueOrDefault(channelId);
        return progress is { Step: TopUpStep.Waiting } && book.Find(channelId)?.CapacityBytes >= progress.CapacityBytes
            ? progress with { Step = TopUpStep.Done }
            : progress;
    }

    /// <summary>Begins to raise a channel's capacity to <paramref name="capacityBytes"/>, or says why not.</summary>
    public TopUpAnswer Begin(ChannelId channelId, ulong capacityBytes)
    {
        if (book.Find(channelId) is not { } channel)
        {
            return new TopUpAnswer("channelUnknown", $"this node knows no channel {channelId}");
        }

        if (WhyNot(channel, capacityBytes) is { } reason)
        {
            return new TopUpAnswer("notToppedUp", $"channel {channelId} is not topped up: {reason}");
        }

        lock (_running)
        {
            if (_running.TryGetValue(channelId, out var running) && !running.IsCompleted)
            {
                return new TopUpAnswer("notToppedUp", $"another top-up of channel {channelId} is on its way");
            }

            _progress[channelId] = new TopUpProgress(TopUpStep.Sending, capacityBytes, null);
            _running[channelId] = Task.Run(() => SendAsync(channel, capacityBytes, _stopping.Token));
            return TopUpAnswer.Started;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_running)
        {
            running = [.. _running.Values];
        }

        await Task.WhenAll(running);
        _stopping.Dispose();
    }

    private string? WhyNot(ChannelRecord channel, ulong capacityBytes)
    {
        if (channel.Role != SessionRole.Consumer)
        {
            return "only its consumer pays for it, and this node is its provider";
        }

        if (channel.Stage is not (ChannelStage.Opened or ChannelStage.Active) || closer.IsClosing(channel.ChannelId) || book.IsSeenEnding(channel.ChannelId))
        {
            return $"it is {channel.Stage.ToString().ToLowerInvariant()} or being closed; the next channel is opened by itself when it is needed";
        }

        return Terms.ValidateTopUp(channel.CapacityBytes, capacityBytes) is { } fault
            ? $"{fault.Actual} cannot be its capacity, which must be {fault.Expected}"
            : null;
    }

    private async Task SendAsync(ChannelRecord channel, ulong capacityBytes, CancellationToken cancellationToken)
    {
        try
        {
            var account = accountOf(await chain.Connected.WaitAsync(cancellationToken));
            var outcome = await account.TopUpAsync(channel.Terms, capacityBytes, cancellationToken);
            Set(outcome.Refusal switch
            {
                // An earlier request for this very capacity came first.
                null or ContractRefusal.CapacityNotRaised => new TopUpProgress(TopUpStep.Waiting, capacityBytes, null),
                ContractRefusal.InsufficientBalance poor => new TopUpProgress(
                    TopUpStep.Failed, capacityBytes, $"account {poor.Account} has {poor.Balance.ToTokens()} IPX, the top-up takes {poor.Needed.ToTokens()}"),
                var refusal => new TopUpProgress(TopUpStep.Failed, capacityBytes, $"the contract refuses: {refusal}"),
            });
            chain.Nudge();
        }
        catch (TransactionTimedOutException fault)
        {
            // It may be mined yet; asked for again, it is paid once all the same.
            Set(new TopUpProgress(TopUpStep.Waiting, capacityBytes, fault.Message));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The node stops; what arrived at the chain shows there.
        }
        catch (Exception fault) when (fault is ChainUnavailableException or GasUnaffordableException or TransactionRejectedException)
        {
            Set(new TopUpProgress(TopUpStep.Failed, capacityBytes, fault.Message));
        }

        void Set(TopUpProgress progress)
        {
            _progress[channel.ChannelId] = progress;
            LogProgress(channel.ChannelId, capacityBytes, progress.Step, progress.Detail);
        }
    }

    [LoggerMessage(LogLevel.Information, "Top-up of channel {ChannelId} to {CapacityBytes} bytes: {Step} {Detail}")]
    private partial void LogProgress(ChannelId channelId, ulong capacityBytes, TopUpStep step, string? detail);
}
