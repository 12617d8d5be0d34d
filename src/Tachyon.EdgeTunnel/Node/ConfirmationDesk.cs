using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.Protocol;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Decides on the channels that consumers open with this provider, as its own endpoint shows them, and has the gateway
/// take the signed decision to the chain. A decision is durable before it leaves and is never turned around.
/// </summary>
internal sealed partial class ConfirmationDesk(
    ChannelBook book,
    EdgeJournal journal,
    ChainWatcher chain,
    GatewayClient gateway,
    INodeSigner signer,
    Eip712Domain domain,
    ProvideOptions options,
    MonthlyCap cap,
    PeerPolicy peers,
    Func<ChannelId, ulong> countedBytes,
    TimeProvider time,
    ILogger<ConfirmationDesk> logger) : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    // Long enough for a slow silo and a full block, short enough not to outlive this node's plans.
    private const ulong ValiditySeconds = 600;
    private const ulong LeastValiditySeconds = 60;

    private readonly Dictionary<ChannelId, ulong> _relayedUntil = [];
    private readonly SemaphoreSlim _acceptTurn = new(1, 1);
    private bool _draining = !options.NewChannels;

    /// <summary>Whether no more channels are confirmed; consumers of undecided ones get their deposit back by a decline.</summary>
    public bool IsDraining
    {
        get => Volatile.Read(ref _draining);
        set => Volatile.Write(ref _draining, value);
    }

    public void Dispose() => _acceptTurn.Dispose();

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = book.Changed;
            foreach (var channel in Waiting())
            {
                await DecideAsync(channel, cancellationToken);
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(RetryInterval, time, pause.Token));
            await pause.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // In the order they came, so that the slots go to those who waited longest.
    private List<ChannelRecord> Waiting() =>
        [.. book.All.Where(channel =>
            channel.Role == SessionRole.Provider
            && channel.Stage == ChannelStage.Opened
            && channel.DeadlineSeconds > chain.NowSeconds + 1)];

    private async Task DecideAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        var now = chain.NowSeconds;
        if (_relayedUntil.TryGetValue(channel.ChannelId, out var until) && until > now + LeastValiditySeconds)
        {
            // On its way; the book will show what comes of it.
            return;
        }

        // An acceptance of terms that were then opened without it binds to nothing more.
        var known = journal.Decisions.Find(channel.ChannelId) is { Decision: not OpeningDecision.Accept } decided ? decided : null;
        if (known is null || known.ValidUntilSeconds <= now + LeastValiditySeconds)
        {
            known = await SignAsync(channel, known?.Decision, Math.Min(now + ValiditySeconds, channel.DeadlineSeconds - 1));
        }

        await RelayAsync(channel, known, cancellationToken);
    }

    // A consumer that hears no now has its deposit back now, and goes to somebody else.
    private Objection? Judge(ChannelRecord channel)
    {
        if (IsDraining)
        {
            return new Objection(RefusalReason.Draining, "this provider takes no new channels");
        }

        return Judge(channel.ChannelId, channel.Terms, channel.CapacityBytes)
            ?? (SlotsUsed >= ProtocolConstants.MaxActiveChannels
                ? new Objection(RefusalReason.SlotsFull, $"all {ProtocolConstants.MaxActiveChannels} slots are taken")
                : null);
    }

    private async Task<SignedDecision> SignAsync(ChannelRecord channel, OpeningDecision? decided, ulong validUntilSeconds)
    {
        var why = Judge(channel);
        var decision = decided ?? (why is null ? OpeningDecision.Confirm : OpeningDecision.Decline);
        if (decision == OpeningDecision.Decline)
        {
            LogDeclines(channel.ChannelId, channel.Terms.Consumer, why?.Text ?? "it was declined before");
        }

        var signature = decision == OpeningDecision.Confirm
            ? signer.Sign(new Confirm(channel.ChannelId, validUntilSeconds), domain)
            : signer.Sign(new Decline(channel.ChannelId, validUntilSeconds), domain);
        var signed = new SignedDecision(channel.ChannelId, decision, validUntilSeconds, signature);
        await journal.Decisions.SaveAsync(signed, time.GetUtcNow().ToUnixTimeMilliseconds());
        return signed;
    }

    private async Task RelayAsync(ChannelRecord channel, SignedDecision decision, CancellationToken cancellationToken)
    {
        GatewayRequest<Accepted> request = decision.Decision == OpeningDecision.Confirm
            ? new ConfirmRelay(channel.Terms, decision.ValidUntilSeconds, decision.Signature)
            : new DeclineRelay(channel.ChannelId, decision.ValidUntilSeconds, decision.Signature, Judge(channel)?.Reason ?? RefusalReason.None);
        var answer = await gateway.AskAsync(request, cancellationToken);
        if (answer.IsDone)
        {
            _relayedUntil[channel.ChannelId] = decision.ValidUntilSeconds;
            LogRelayed(decision.Decision, channel.ChannelId, channel.Terms.Consumer);
        }
        else if (answer.Outcome == GatewayOutcome.Refused)
        {
            LogRefused(decision.Decision, channel.ChannelId, answer.Refusal, answer.Text);
            if (answer.Refusal == RefusalReason.DepositTooSmall)
            {
                // Asking again changes nothing; the consumer takes its deposit back when the time to confirm is over.
                _relayedUntil[channel.ChannelId] = decision.ValidUntilSeconds;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Declining channel {ChannelId} of consumer {Consumer}: {Reason}")]
    private partial void LogDeclines(ChannelId channelId, Address consumer, string reason);

    [LoggerMessage(LogLevel.Information, "{Decision} of channel {ChannelId} of consumer {Consumer} is on its way to the chain")]
    private partial void LogRelayed(OpeningDecision decision, ChannelId channelId, Address consumer);

    [LoggerMessage(LogLevel.Warning, "The gateway refuses the {Decision} of channel {ChannelId} ({Refusal}): {Detail}")]
    private partial void LogRefused(OpeningDecision decision, ChannelId channelId, RefusalReason refusal, string detail);
}
