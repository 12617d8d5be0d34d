using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Closes channels cooperatively: both sides sign the final count over their session, the gateway relays both halves, or
/// this node sends them itself when the gateway is gone; the close is over when this node's own endpoint shows it.
/// </summary>
/// <remarks>Thread-safe. A close goes on in the background, and again after a restart, until the chain shows the end.</remarks>
internal sealed partial class ChannelCloser(
    ChannelBook book,
    EdgeJournal journal,
    ChainWatcher chain,
    GatewayClient gateway,
    IClosureSigning signing,
    Func<ISettlementChain, TransactionSender> senderOf,
    ChannelCloserOptions options,
    TimeProvider time,
    ILogger<ChannelCloser> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ChannelId, CloseProgress> _progress = new();
    private readonly ConcurrentDictionary<ChannelId, Task> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>How far a close has come; null when nobody asked for one.</summary>
    public CloseProgress? Find(ChannelId channelId) => _progress.GetValueOrDefault(channelId);

    /// <summary>Whether this side signed, or is about to sign, its last word on a channel.</summary>
    public bool IsClosing(ChannelId channelId) =>
        _progress.TryGetValue(channelId, out var progress) && progress.Step != CloseStep.Failed
        || HasSigned(channelId);

    /// <summary>Whether a session on the channel could still move anything.</summary>
    public bool HasBytesLeft(ChannelRecord channel) => signing.AgreedBytes(channel) < channel.CapacityBytes;

    /// <summary>Begins to close a channel, or does nothing when that has begun.</summary>
    public void Begin(ChannelId channelId)
    {
        lock (_running)
        {
            if (_running.TryGetValue(channelId, out var running) && !running.IsCompleted)
            {
                return;
            }

            _progress[channelId] = new CloseProgress(CloseStep.Signing, null);
            _running[channelId] = Task.Run(() => RunAsync(channelId, _stopping.Token));
        }
    }

    /// <summary>Takes up, after a restart, the closes that both sides had signed.</summary>
    public void Resume()
    {
        foreach (var channel in book.All.Where(channel => !channel.IsFinal && FindPair(channel) is not null))
        {
            Begin(channel.ChannelId);
        }
    }

    /// <summary>Stops working on closes; those that are signed are taken up at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values);
        _stopping.Dispose();
    }

    private async Task RunAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        try
        {
            await CloseAsync(channelId, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next start goes on from the journal.
        }
#pragma warning disable CA1031 // One close must not take the node with it; whoever asked for it reads why.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fail(channelId, fault.Message);
        }
    }

    private async Task CloseAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        if (book.Find(channelId) is not { } channel)
        {
            Fail(channelId, "this node knows no such channel");
            return;
        }

        if (!channel.IsFinal)
        {
            if (FindPair(channel) is not { } pair)
            {
                var signed = await signing.SignAsync(channel, cancellationToken);
                if (FindPair(channel) is not { } fresh)
                {
                    Fail(channelId, signed);
                    return;
                }

                pair = fresh;
            }

            Set(channelId, CloseStep.Relaying);
            if (!await RelayAsync(channel, pair, cancellationToken))
            {
                return;
            }

            Set(channelId, CloseStep.Waiting);
            channel = await WaitAsync(channel, pair.Own.Closure.ValidUntilSeconds, cancellationToken);
        }

        if (channel.Stage == ChannelStage.Settled)
        {
            gateway.ForgetUnits(channelId);
            Set(channelId, CloseStep.Settled);
            LogSettled(channelId);
        }
        else
        {
            Fail(channelId, $"the closure was not on chain before it ran out; the channel is {channel.Stage}");
        }
    }

    private async Task<ChannelRecord> WaitAsync(ChannelRecord channel, ulong validUntilSeconds, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = book.Changed;
            var known = book.Find(channel.ChannelId) ?? channel;
            if (known.IsFinal || chain.NowSeconds > validUntilSeconds + options.FinalityAllowanceSeconds)
            {
                return known;
            }

            using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(options.LookInterval, time, round.Token));
            await round.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            chain.Nudge();
        }
    }

    private bool HasSigned(ChannelId channelId) =>
        journal.Closures.Load(channelId, ClosureSide.Own).Count > 0;

    /// <summary>Both sides' signatures on one closure that the contract still takes; null when there is none.</summary>
    private ClosurePair? FindPair(ChannelRecord channel)
    {
        var peers = journal.Closures.Load(channel.ChannelId, ClosureSide.Peer);
        foreach (var own in journal.Closures.Load(channel.ChannelId, ClosureSide.Own))
        {
            var peer = peers.FirstOrDefault(candidate => candidate.Closure == own.Closure);
            if (peer is not null && own.Closure.ValidUntilSeconds > chain.NowSeconds)
            {
                return new ClosurePair(own, peer);
            }
        }

        return null;
    }

    private void Set(ChannelId channelId, CloseStep step, string? detail = null) => _progress[channelId] = new CloseProgress(step, detail);

    private void Fail(ChannelId channelId, string detail)
    {
        LogFailed(channelId, detail);
        Set(channelId, CloseStep.Failed, detail);
    }

    private sealed record ClosurePair(SignedClosure Own, SignedClosure Peer);
}
