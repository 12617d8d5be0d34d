using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// Keeps a consumer's route: while there is a session with the relay, gets an active lock, meters it, and keeps a session with
/// the exit, to which it leads the local clients.
/// </summary>
internal sealed partial class RouteKeeper(
    NodeParts parts, GatewayClient gateway, LockOpener opener, UnitEngines engines, TunnelContext context, StreamRouter router, Func<ChannelId, Task> limit)
    : IDisposable
{
    private static readonly TimeSpan MinRetryDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TakenPatience = TimeSpan.FromSeconds(30);

    // As long as a transaction takes as a rule; after that the proxy is asked again.
    private static readonly TimeSpan TagPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MinTagRetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxTagRetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(60);

    private readonly ILogger<RouteKeeper> _logger = parts.LoggerFactory.CreateLogger<RouteKeeper>();

    // One meter of a lock at a time: its close waits for its session to end, and a session for a close. One lock may be closed while another serves.
    private readonly ConcurrentDictionary<ChannelId, SemaphoreSlim> _turns = new();
    private readonly ConcurrentDictionary<ChannelId, LockMeter> _meters = new();
    private volatile RouteTunnel? _current;
    private volatile RouteRecord? _route;
    private volatile RouteEnded? _ended;
    private bool _hasServed;
    private bool _isIdle;

    /// <summary>The route in use, or used last.</summary>
    public RouteRecord? Route => _route;

    /// <summary>The newest session; it may have ended.</summary>
    public RouteTunnel? Current => _current;

    /// <summary>Works until cancelled; the session with the relay is the caller's.</summary>
    /// <exception cref="NodeException">There is no route, for a reason that does not pass, and there was none before.</exception>
    public async Task RunAsync(ConsumerTunnel relay, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await WaitForUseAsync(cancellationToken);

                var route = await opener.GetAsync(relay.Channel.Terms.Provider, cancellationToken);
                if (await ServeAsync(relay, route, cancellationToken))
                {
                    failures = 0;
                }
            }
            catch (ChainUnavailableException fault)
            {
                parts.Progress.Set(NodeState.Opening, fault.Message, NodeFault.ChainUnavailable);
            }
            catch (RouteRefusedException refused)
            {
                LogRefused(refused.Message);
                parts.Progress.Set(NodeState.Opening, refused.Message, NodeFault.RouteRefused);
                if (!refused.IsForLater && !_hasServed)
                {
                    await EndUnusedAsync(refused.LockId, cancellationToken);
                    throw new NodeException(NodeFault.RouteRefused, refused.Message, refused);
                }
            }

            var delay = MinRetryDelay * Math.Pow(2, Math.Min(failures, 10));
            await Task.Delay(delay < MaxRetryDelay ? delay : MaxRetryDelay, parts.Time, cancellationToken);
        }
    }

    /// <summary>What the proxy's gateway pushes. Must not wait.</summary>
    public void Hear(GatewayPush push)
    {
        var concerned = push switch
        {
            ProxyUnit { IsOfLock: true } unit => unit.Unit.Unit.ChannelId,
            ClosureOffered offered => offered.Closure.Closure.ChannelId,
            RouteEnded ended => ended.LockId,
            _ => default,
        };
        if (!_meters.TryGetValue(concerned, out var meter))
        {
            return;
        }

        if (push is not RouteEnded over)
        {
            meter.Hear(push);
        }
        else if (_route?.LockId == over.LockId)
        {
            LogEndedByProxy(over.LockId, over.Reason, over.Text);
            _ended = over;
            _ = _current is { } current && current.LockId == over.LockId ? current.StopAsync() : null;
        }
    }

    /// <summary>
    /// Ends the lock's session and has both sides sign its end at a route step. Returns what came of it, in words. Where its owner did not ask
    /// for it, the step may cost a checkpoint that was not used and no more: else a proxy that says of lock after lock that it is over would be paid for each.
    /// </summary>
    public Task<string> SignAsync(ChannelRecord channel, bool isAsked, CancellationToken cancellationToken) =>
        SignAsync(channel, isAsked ? ulong.MaxValue : ProtocolConstants.CheckpointBytes, cancellationToken);

    private async Task<string> SignAsync(ChannelRecord channel, ulong mostUnusedBytes, CancellationToken cancellationToken)
    {
        await EndSessionAsync(channel.ChannelId);
        var turn = TurnOf(channel.ChannelId);
        await turn.WaitAsync(cancellationToken);
        try
        {
            engines.SeePaid(channel.ChannelId, channel.PaidBytes);
            await using var meter = await BeginAsync(channel, closes: true, cancellationToken);
            return await meter.CloseAsync(mostUnusedBytes, ClosePatience, cancellationToken);
        }
        finally
        {
            _meters.TryRemove(channel.ChannelId, out _);
            turn.Release();
        }
    }

    /// <summary>Ends the lock's session in order, and begins no other on it.</summary>
    public async Task EndSessionAsync(ChannelId channelId)
    {
        if (_current is { Completion.IsCompleted: false } current && current.LockId == channelId)
        {
            opener.Spend(channelId);
            await current.StopAsync();
        }
    }

    public void Dispose()
    {
        foreach (var turn in _turns.Values)
        {
            turn.Dispose();
        }
    }

    private SemaphoreSlim TurnOf(ChannelId lockId) => _turns.GetOrAdd(lockId, static _ => new SemaphoreSlim(1, 1));

    // A lock is bound to its exit: one whose route never began serves for nothing else, and gives its deposit back.
    private async Task EndUnusedAsync(ChannelId? lockId, CancellationToken cancellationToken)
    {
        if (lockId is { } unused && parts.Book.Find(unused) is { Stage: ChannelStage.Active } channel && engines.CountedBytes(unused) == 0)
        {
            parts.Progress.Set(NodeState.Opening, $"closing lock {unused}, whose route never began", NodeFault.RouteRefused);
            LogEndsUnused(unused, await SignAsync(channel, mostUnusedBytes: 0, cancellationToken));
        }
    }

    private async Task WaitForUseAsync(CancellationToken cancellationToken)
    {
        // Opening costs money, and an exit keeps no session that nobody uses: not before someone wants it.
        var why = _isIdle
            ? "no session with the exit while nobody needs one; the next client begins it"
            : _hasServed && !opener.HasUsable ? "no active lock; the next client opens one" : null;
        if (why is not null)
        {
            parts.Progress.Set(NodeState.Idle, why);
            await router.WantedAsync(cancellationToken);
            _isIdle = false;
        }
    }

    // Whether clients were served.
    private async Task<bool> ServeAsync(ConsumerTunnel relay, RouteRecord route, CancellationToken cancellationToken)
    {
        var turn = TurnOf(route.LockId);
        await turn.WaitAsync(cancellationToken);
        try
        {
            _ended = null;
            _route = route;
            var channel = parts.Book.Find(route.LockId)!;
            await using var meter = await BeginAsync(channel, closes: false, cancellationToken);
            await WaitTakenAsync(meter, cancellationToken);
            var tunnel = await ConnectAsync(relay, route, meter, cancellationToken);
            _current = tunnel;
            await using (tunnel)
            {
                await UseAsync(tunnel, cancellationToken);
            }

            return true;
        }
        finally
        {
            _meters.TryRemove(route.LockId, out _);
            turn.Release();
        }
    }

    private async Task<LockMeter> BeginAsync(ChannelRecord channel, bool closes, CancellationToken cancellationToken)
    {
        var engine = (ConsumerUnitEngine)await engines.GetAsync(channel.ForTunnel(), cancellationToken);
        if (!closes)
        {
            // Of an engine that there is, and before it signs anything.
            await limit(channel.ChannelId);
        }

        var meter = new LockMeter(engine, gateway, closes, parts.Time, parts.LoggerFactory.CreateLogger<LockMeter>());
        _meters[channel.ChannelId] = meter;
        meter.Begin();
        return meter;
    }

    private async Task WaitTakenAsync(LockMeter meter, CancellationToken cancellationToken)
    {
        parts.Progress.Set(NodeState.Connecting, "waiting for the proxy to take the lock's first unit", NodeFault.RouteRefused);
        try
        {
            await meter.Taken.WaitAsync(TakenPatience, parts.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new RouteRefusedException(meter.HeldUpBy ?? "the proxy does not answer units of the lock", isForLater: true);
        }
    }

    // The exit hears of the route from the proxy, later than this node by a moment, or by a transaction where the proxy has no channel to it yet.
    private async Task<RouteTunnel> ConnectAsync(ConsumerTunnel relay, RouteRecord route, LockMeter meter, CancellationToken cancellationToken)
    {
        parts.Progress.Set(NodeState.Connecting, $"exit {route.Exit} at {route.Endpoint} through {relay.Channel.Terms.Provider}", NodeFault.PeerUnavailable);
        var delay = MinTagRetryDelay;
        for (var began = parts.Time.GetTimestamp(); ;)
        {
            if (_ended is { } ended)
            {
                throw new RouteRefusedException(
                    RouteRefusal.Sentence(ended.Reason, ended.Text, opener.IsExitChosen), RouteRefusal.IsForLater(ended.Reason))
                {
                    Reason = ended.Reason,
                    LockId = route.LockId,
                };
            }

            if (opener.IsClosing(route.LockId))
            {
                // It waits for this to end.
                throw new RouteRefusedException($"lock {route.LockId} is being closed", isForLater: true);
            }

            var made = await RouteTunnel.ConnectAsync(relay, route, meter, context, cancellationToken);
            if (made.Tunnel is { } tunnel)
            {
                return tunnel;
            }

            if (made.Reason != GoodbyeReason.ChannelUnknown || parts.Time.GetElapsedTime(began) > TagPatience)
            {
                throw new RouteRefusedException(made.Detail, isForLater: true);
            }

            parts.Progress.Set(
                NodeState.Connecting,
                $"{made.Detail}; waiting until the proxy's channel to it is open or topped up",
                NodeFault.RouteRefused);
            await Task.Delay(delay, parts.Time, cancellationToken);
            delay = delay * 2 < MaxTagRetryDelay ? delay * 2 : MaxTagRetryDelay;
        }
    }

    private async Task UseAsync(RouteTunnel tunnel, CancellationToken cancellationToken)
    {
        router.Attach(tunnel);
        _hasServed = true;
        parts.Progress.Set(NodeState.Serving);
        LogServing(tunnel.LockId, _route!.Exit);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isUnsafe = UnsafeAsync(tunnel.LockId, over.Token);
        await Task.WhenAny(tunnel.Completion, isUnsafe);
        await over.CancelAsync();
        router.Detach();
        var end = tunnel.Completion.IsCompleted ? await tunnel.Completion : await tunnel.StopAsync();
        LogEnded(tunnel.LockId, end.Reason?.ToString() ?? "connection lost", end.Detail);
        cancellationToken.ThrowIfCancellationRequested();
        parts.Progress.Set(NodeState.Connecting, end.Detail, NodeFault.PeerUnavailable);
        if (end.Reason is GoodbyeReason.CapacityReached or GoodbyeReason.ChannelClosed or GoodbyeReason.Dispute)
        {
            opener.EndedByPeer(tunnel.LockId);
        }

        if (end.Reason == GoodbyeReason.CapacityReached)
        {
            CapacityReached?.Invoke(tunnel.LockId);
        }

        _isIdle = end.Reason == GoodbyeReason.Idle;
    }

    /// <summary>Raised when a lock is used up, so that it may be closed.</summary>
    public event Action<ChannelId>? CapacityReached;

    // Completes when nothing more may be signed on the lock: it ends on chain, or the chain is out of sight too long.
    private async Task UnsafeAsync(ChannelId lockId, CancellationToken cancellationToken)
    {
        while (parts.Chain.CanServe && !parts.Book.IsSeenEnding(lockId) && parts.Book.Find(lockId)?.Stage == ChannelStage.Active)
        {
            var changed = parts.Book.Changed;
            await limit(lockId);
            await Task.WhenAny(changed, Task.Delay(TimeSpan.FromSeconds(1), parts.Time, cancellationToken));
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "No route: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Information, "Closing lock {LockId}, whose route never began: {Outcome}")]
    private partial void LogEndsUnused(ChannelId lockId, string outcome);

    [LoggerMessage(LogLevel.Information, "Clients leave at exit {Exit}; lock {LockId} pays")]
    private partial void LogServing(ChannelId lockId, Address exit);

    [LoggerMessage(LogLevel.Information, "The session of lock {LockId} ended ({Reason}): {Detail}")]
    private partial void LogEnded(ChannelId lockId, string reason, string detail);

    [LoggerMessage(LogLevel.Warning, "The proxy ends the route of lock {LockId} ({Reason}): {Detail}")]
    private partial void LogEndedByProxy(ChannelId lockId, RefusalReason reason, string detail);
}
