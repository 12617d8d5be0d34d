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
/// this node sends them itself when the gateway does not; the close is over when this node's own endpoint shows it.
/// </summary>
/// <remarks>Thread-safe. A close goes on in the background, and again after a restart, until the chain shows the end.</remarks>
internal sealed partial class ChannelCloser(
    ChannelBook book,
    EdgeJournal journal,
    ForceCloses forced,
    ChainWatcher chain,
    GatewayClient gateway,
    IClosureSigning signing,
    Func<ISettlementChain, TransactionSender> senderOf,
    ChannelCloserOptions options,
    TimeProvider time,
    ILogger<ChannelCloser> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ChannelId, CloseProgress> _progress = new();
    private readonly Dictionary<ChannelId, Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>How far a close has come; null when there is none.</summary>
    public CloseProgress? Find(ChannelId channelId) => _progress.GetValueOrDefault(channelId);

    /// <summary>Whether this side signed, or is about to sign, its last word on a channel.</summary>
    public bool IsClosing(ChannelId channelId) =>
        IsForced(channelId)
        || _progress.TryGetValue(channelId, out var progress) && progress.Step != CloseStep.Failed
        || journal.Closures.Load(channelId, ClosureSide.Own).Count > 0;

    /// <summary>Whether this side closes the channel alone: no session is admitted on it.</summary>
    public bool IsForced(ChannelId channelId) => forced.IsWanted(channelId);

    /// <summary>Whether both sides signed a closure that the contract still takes.</summary>
    public bool IsSignedByBoth(ChannelId channelId) => FindPair(channelId) is not null;

    /// <summary>Whether a session on the channel could still move anything.</summary>
    public bool HasBytesLeft(ChannelRecord channel) => signing.CountedBytes(channel) < channel.CapacityBytes;

    /// <summary>Whether less than half of the channel was used.</summary>
    public bool IsHardlyUsed(ChannelRecord channel) => signing.CountedBytes(channel) < channel.CapacityBytes / 2;

    /// <summary>Begins to close a channel because this node wants to, or does nothing when that has begun.</summary>
    public void Begin(ChannelId channelId) => Begin(channelId, isAsked: true, options.GatewayPatience);

    /// <summary>The same for a reason that a peer or a gateway gave: a lock then pays for no more than a checkpoint that was not used.</summary>
    public void BeginUnasked(ChannelId channelId) => Begin(channelId, isAsked: false, options.GatewayPatience);

    /// <summary>
    /// Sees to the end of a close that both have signed. The other side asked for it and pays for it if need be; this one
    /// steps in when nothing comes of it.
    /// </summary>
    public void Follow(ChannelId channelId) => Begin(channelId, isAsked: false, options.SettlementPatience);

    /// <summary>Takes up, after a restart, the closes that this side had signed.</summary>
    public void Resume()
    {
        foreach (var channel in book.All.Where(channel =>
            !channel.IsFinal && IsClosing(channel.ChannelId) && (!IsForced(channel.ChannelId) || IsSignedByBoth(channel.ChannelId))))
        {
            Begin(channel.ChannelId);
        }
    }

    /// <summary>Stops working on closes; those that are signed are taken up at the next start.</summary>
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

    private void Begin(ChannelId channelId, bool isAsked, TimeSpan patience)
    {
        lock (_running)
        {
            if (_stopping.IsCancellationRequested || (_running.TryGetValue(channelId, out var running) && !running.IsCompleted))
            {
                return;
            }

            _progress[channelId] = new CloseProgress(CloseStep.Signing, null);
            _running[channelId] = Task.Run(() => RunAsync(channelId, isAsked, patience, _stopping.Token));
        }
    }

    private async Task RunAsync(ChannelId channelId, bool isAsked, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await CloseAsync(channelId, isAsked, patience, cancellationToken);
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

    private async Task CloseAsync(ChannelId channelId, bool isAsked, TimeSpan patience, CancellationToken cancellationToken)
    {
        var channel = book.Find(channelId) ?? throw new InvalidOperationException($"This node knows no channel {channelId}.");
        while (!channel.IsFinal)
        {
            var pair = FindPair(channelId);
            if (pair is null)
            {
                Set(channelId, CloseStep.Signing);
                var said = await signing.SignAsync(channel, isAsked, cancellationToken);
                pair = FindPair(channelId);
                if (pair is null)
                {
                    Fail(channelId, said);
                    return;
                }
            }

            // Comes back unsettled where the closure ran out, or a claim overtook it: another is signed then.
            channel = await SettleAsync(channel, pair, patience, cancellationToken);
        }

        if (channel.Stage == ChannelStage.Settled)
        {
            gateway.ForgetUnits(channelId);
            Set(channelId, CloseStep.Settled);
            LogSettled(channelId);
        }
        else
        {
            Fail(channelId, $"the channel is {channel.Stage}");
        }
    }

    /// <summary>Both sides' signatures on one closure that the contract still takes; null when there is none.</summary>
    private ClosurePair? FindPair(ChannelId channelId)
    {
        var peers = journal.Closures.Load(channelId, ClosureSide.Peer);
        var paidBytes = book.Find(channelId)?.PaidBytes ?? 0;
        foreach (var own in journal.Closures.Load(channelId, ClosureSide.Own).Where(own => own.Closure.BytesUsed >= paidBytes))
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
