using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Sees every close by one side through to the payout: starts those that this node's owner wants, answers lower evidence
/// with higher, and settles from the deadline on. Needs neither the other side nor a gateway.
/// </summary>
/// <remarks>
/// Thread-safe. What to do next is decided anew each time by <see cref="ClosingRules"/> from what the newest block shows, so
/// that a crash, a re-organisation or a transaction that was lost changes nothing.
/// </remarks>
internal sealed partial class CloseWatch(
    ChannelBook book,
    ForceCloses closes,
    ChainWatcher chain,
    GatewayClient gateway,
    IClosingSide side,
    INodeSigner signer,
    Eip712Domain domain,
    Func<ISettlementChain, TransactionSender> senderOf,
    CloseWatchOptions options,
    TimeProvider time,
    ILogger<CloseWatch> logger)
{
    private readonly ConcurrentDictionary<ChannelId, CloseProgress> _progress = new();
    private readonly ConcurrentDictionary<ChannelId, long> _relayedAt = new();
    private readonly Dictionary<ChannelId, Task> _running = [];
    private TaskCompletionSource _wake = NewSignal();

    /// <summary>How far a close by one side has come; null where there is none.</summary>
    public CloseProgress? Find(ChannelId channelId) => _progress.GetValueOrDefault(channelId);

    /// <summary>
    /// Closes a channel alone. From now on, also after a crash, this node serves and signs no more on it. Durable on return;
    /// the rest goes on by itself.
    /// </summary>
    public async Task WantAsync(ChannelId channelId, CloseRoute route)
    {
        var close = closes.Find(channelId) ?? new ForceCloseRecord
        {
            ChannelId = channelId,
            Phase = ForceClosePhase.Wanted,
            Route = route,
            WantedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await closes.SaveAsync(close with { Route = route });
        _progress.TryAdd(channelId, new CloseProgress(CloseStep.Starting, null) { Alone = true });
        LogWanted(channelId);
        Volatile.Read(ref _wake).TrySetResult();
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Volatile.Write(ref _wake, NewSignal());
                var changed = book.Changed;
                foreach (var channel in book.All.Where(IsConcerned))
                {
                    if (!_running.TryGetValue(channel.ChannelId, out var running) || running.IsCompleted)
                    {
                        _running[channel.ChannelId] = Task.Run(() => SeeThroughAsync(channel.ChannelId, cancellationToken), CancellationToken.None);
                    }
                }

                await Task.WhenAny(changed, _wake.Task).WaitAsync(cancellationToken);
            }
        }
        finally
        {
            await Task.WhenAll(_running.Values);
        }
    }

    private bool IsConcerned(ChannelRecord channel) =>
        !channel.IsFinal
        && (channel.Stage == ChannelStage.Closing || book.IsSeenEnding(channel.ChannelId) || closes.IsWanted(channel.ChannelId));

    private async Task SeeThroughAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        try
        {
            while (await StepAsync(channelId, cancellationToken) is { } pause)
            {
                await PauseAsync(pause, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next start takes it up from the journal and the chain.
        }
#pragma warning disable CA1031 // One close must not take the node, or another close, with it; its owner reads why.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFailed(channelId, fault);
            Set(channelId, new CloseProgress(CloseStep.Failed, fault.Message) { Alone = true });
        }
    }

    // How long to wait before the next step; null when all is over or nothing is being closed.
    private async Task<TimeSpan?> StepAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        var channel = book.Find(channelId) ?? throw new InvalidOperationException($"This node knows no channel {channelId}.");
        if (channel.IsFinal)
        {
            return End(channel);
        }

        try
        {
            var settlement = await chain.Connected.WaitAsync(cancellationToken);
            var facts = new ClosingFacts
            {
                Own = closes.Find(channelId),
                Role = channel.Role,
                Terms = channel.Terms,
                View = await settlement.GetChannelAsync(channelId, ReadAt.Latest, cancellationToken),
                Units = UnitsByParty.Of(channel.Role, await side.EvidenceAsync(channel, cancellationToken)),
                NowSeconds = chain.NowSeconds,
                SettleGraceSeconds = gateway.Status.Phase == GatewayPhase.Connected ? (ulong)options.SettleGrace.TotalSeconds : 0,
            };
            return await ActAsync(channel, facts, ClosingRules.Decide(facts), settlement, cancellationToken);
        }
        catch (ChainUnavailableException fault)
        {
            Hold(channelId, fault.Message);
            return options.RetryInterval;
        }
    }

    private TimeSpan? End(ChannelRecord channel)
    {
        _relayedAt.TryRemove(channel.ChannelId, out _);
        if (Find(channel.ChannelId) is null)
        {
            return null;
        }

        if (channel.Stage == ChannelStage.Settled)
        {
            gateway.ForgetUnits(channel.ChannelId);
            Set(channel.ChannelId, new CloseProgress(CloseStep.Settled, null) { Alone = true });
            LogSettled(channel.ChannelId);
        }
        else
        {
            Set(channel.ChannelId, new CloseProgress(CloseStep.Failed, $"the channel is {channel.Stage}") { Alone = true });
        }

        return null;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(book.Changed, Task.Delay(pause, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Set(ChannelId channelId, CloseProgress progress) => _progress[channelId] = progress;

    // What is known stays; only why it does not go on is new.
    private void Hold(ChannelId channelId, string? reason) => _progress.AddOrUpdate(
        channelId,
        _ => new CloseProgress(CloseStep.Starting, reason) { Alone = true },
        (_, known) => known with { Detail = reason });

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
