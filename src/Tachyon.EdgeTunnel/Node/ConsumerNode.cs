using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// A consumer: gets an active channel, keeps a session with its provider, and leads local SOCKS clients through it. When
/// the channel is used up or closed, the next one is opened as soon as a client wants it.
/// </summary>
internal sealed partial class ConsumerNode : INodeRole
{
    private static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MinRedialDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxRedialDelay = TimeSpan.FromSeconds(15);

    private readonly NodeParts _parts;
    private readonly ConnectOptions _options;
    private readonly StreamRouter _router;
    private readonly ConsumerSessions _sessions;
    private readonly ChannelOpener _opener;
    private readonly SessionHistory _history;
    private readonly UnitEngines _engines;
    private readonly HashSet<ChannelId> _spent = [];
    private readonly BudgetKeeper _budgets;
    private readonly LostChannels _lost;
    private readonly RouteKeeper? _route;
    private readonly ILogger<ConsumerNode> _logger;
    private IPEndPoint? _socks;
    private ConsumerTun? _tun;

    public ConsumerNode(NodeParts parts, ConnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(options);
        _parts = parts;
        _options = options;
        _logger = parts.LoggerFactory.CreateLogger<ConsumerNode>();
        _router = new StreamRouter(ClientPatience, parts.Time);
        _history = new SessionHistory(parts.Journal, StatsOf, parts.Time, parts.LoggerFactory.CreateLogger<SessionHistory>());
        var observer = new NodeObserver(parts.Book, parts.Gateway, _history);
        _engines = parts.UnitEngines(observer);
        var matchmaker = new Matchmaker(parts.Gateway, parts.Chain, parts.Peers, parts.Self, options, parts.Time);
        _sessions = new ConsumerSessions(parts.Book, parts.ForceCloses, _engines, matchmaker, parts.TunnelContext(_engines, observer));
        _lost = new LostChannels(parts.Time);
        _budgets = new BudgetKeeper(
            options.Budgets, parts.Book, parts.Journal, channelId => _engines.Stats(channelId)?.OwnUnitBytes ?? 0, _engines.HeldBytes,
            options.Route is null ? 1u : 2u, parts.Time);
        var sides = new ClosingSides(_sessions);
        Closer = parts.Closer(sides);
        Watch = parts.CloseWatch(sides);
        observer.Closed += Closer.Follow;
        sides.Locks = _route = options.Route is { } route ? Keeper(route, observer) : null;
        _opener = new ChannelOpener(
            parts.Book, Closer, matchmaker, parts.Chain, parts.Gateway,
            new AcceptanceDesk(parts.Gateway, parts.Verifier, parts.Deployment.Domain, parts.LoggerFactory.CreateLogger<AcceptanceDesk>()),
            parts.Account.Consumer,
            parts.Peers, parts.Self, options, parts.Progress, parts.Time, parts.LoggerFactory.CreateLogger<ChannelOpener>());
    }

    public ChannelCloser Closer { get; }

    public CloseWatch Watch { get; }

    public NodeRoleView View => new("consumer")
    {
        Socks = _socks?.ToString(),
        Budgets = [.. _budgets.Standings.Select(StatusView.Document)],
        Route = RouteDocument(),
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var tun = StartTun();
        _tun = tun;
        await using var socks = Listen();
        _socks = socks.LocalEndPoint;
        LogListening(_socks);
        await _engines.LoadAsync(_parts.Book, cancellationToken);
        await _budgets.MarkAsync();
        Closer.Resume();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reclaiming = _parts.Reclaimer().RunAsync(over.Token);
        var closingLost = CloseLostAsync(over.Token);
        try
        {
            var channel = await FirstChannelAsync(cancellationToken);
            while (true)
            {
                var lost = await ServeAsync(channel, cancellationToken);
                channel = lost ? await FailOverAsync(cancellationToken) : await NextChannelAsync(cancellationToken);
            }
        }
        finally
        {
            _router.Detach();
            _parts.Progress.Set(NodeState.Draining);
            await EndSessionAsync();
            await over.CancelAsync();
            await reclaiming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await closingLost.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Closer.DisposeAsync();
        _sessions.Dispose();
        _route?.Dispose();
        _engines.Dispose();
    }

    public void Hear(GatewayPush push)
    {
        _route?.Hear(push);
        if (push is SettlementStatus { Operation: SettlementOperation.Decline, Text.Length: > 0 } declined)
        {
            _opener.HearDecline(declined.ChannelId, declined.Text);
        }
        else if (push is ClosureOffered offered && IsProvidersWish(offered))
        {
            // It ends service in any case. What is signed here is this side's own count, over a session.
            LogClosureOffered(offered.Closure.Closure.ChannelId, offered.Signer);
            Closer.BeginUnasked(offered.Closure.Closure.ChannelId);
        }
    }

    public ChannelStats? StatsOf(ChannelId channelId) => _engines.Stats(channelId);

    public SessionStats? SessionOf(ChannelId channelId) =>
        _sessions.Current is { Completion.IsCompleted: false } tunnel && tunnel.Channel.ChannelId == channelId
            ? tunnel.Snapshot()
            : _route?.Current is { Completion.IsCompleted: false } inner && inner.LockId == channelId ? inner.Snapshot() : null;

    public void SampleUsage()
    {
        if (_sessions.Current is { } tunnel)
        {
            _history.Sample(tunnel.Channel.ChannelId, tunnel.Snapshot());
        }

        if (_route?.Current is { } inner)
        {
            _history.Sample(inner.LockId, inner.Snapshot());
        }
    }

    private ProxyServer Listen()
    {
        try
        {
            var options = new ProxyOptions { Listen = _options.Socks, Credentials = _options.ProxyCredentials, OpenTimeout = ClientPatience + TimeSpan.FromSeconds(30) };
            return ProxyServer.Start(options, _router, _parts.Time, _parts.LoggerFactory.CreateLogger<ProxyServer>());
        }
        catch (SocketException fault)
        {
            throw new NodeException(NodeFault.EndpointUnavailable, $"the proxy cannot listen on {_options.Socks}: {fault.Message}", fault);
        }
    }

    private async Task<ChannelRecord> FirstChannelAsync(CancellationToken cancellationToken)
    {
        await HoldForBudgetAsync(null, cancellationToken);
        if (!_options.OpensBesideClosing
            && await InTimeAsync(token => _opener.FindClosingOnlyAsync(_spent, _lost.Providers, token), cancellationToken) is { } closing)
        {
            LogWaitsForAClient(closing.ChannelId);
            _parts.Progress.Set(NodeState.Idle, $"channel {closing.ChannelId} is being closed; the next client opens another");
            await _router.WantedAsync(cancellationToken);
        }

        return await InTimeAsync(token => _opener.GetActiveAsync(_spent, _lost.Providers, token), cancellationToken);
    }

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.OpenTimeout, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            var step = _parts.Progress.Current;
            var held = step.HeldUpBy == NodeFault.Invalid ? NodeFault.ChainUnavailable : step.HeldUpBy;
            var why = step.Detail ?? _parts.Chain.Status.Detail;
            throw new NodeException(held, $"no active channel within {_options.OpenTimeout.TotalSeconds:0} s: {why}", fault);
        }
    }

    private async Task<ChannelRecord> NextChannelAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_opener.FindUsable(Excluded) is { } usable)
                {
                    return usable;
                }

                if (_lost.TakeBack(channelId => _opener.IsUsable(channelId, _spent)) is { } back)
                {
                    return _parts.Book.Find(back.ChannelId) ?? back;
                }

                await HoldForBudgetAsync(null, cancellationToken);

                // Opening costs money: not before someone wants to use it.
                _parts.Progress.Set(NodeState.Idle, "no active channel; the next client opens one");
                await _router.WantedAsync(cancellationToken);
                return await _opener.GetActiveAsync(_spent, _lost.Providers, cancellationToken);
            }
            catch (NodeException fault) when (fault.Fault != NodeFault.BudgetSpent)
            {
                LogNoChannel(fault.Message);
            }
        }
    }

    // True when the provider was lost for so long that another is to be found.
    private async Task<bool> ServeAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        long? lostAt = null;
        for (var failures = 0; _opener.IsUsable(channel.ChannelId, _spent);)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await HoldForBudgetAsync(channel, cancellationToken);
            await LimitAsync(channel.ChannelId);
            _parts.Progress.Set(NodeState.Connecting, $"provider {channel.Terms.Provider} at {channel.Endpoint}", NodeFault.PeerUnavailable);
            LetPass(channel);
            var connection = await _sessions.DialAsync(channel, cancellationToken);
            if (connection.Tunnel is { } tunnel)
            {
                // A provider that serves no more for now, as at its monthly cap, is not asked again and again.
                var ended = await UseAsync(tunnel, cancellationToken);
                failures = ended == GoodbyeReason.NotServing ? failures + 1 : 0;
                lostAt = failures > 0 ? lostAt : null;
                if (ended == GoodbyeReason.Idle)
                {
                    // The provider keeps no session that nobody uses; the next client begins another.
                    _parts.Progress.Set(NodeState.Idle, "no session while nobody needs one; the next client begins it");
                    await _router.WantedAsync(cancellationToken);
                }

                if (failures > 0)
                {
                    await RedialLaterAsync(channel, failures, cancellationToken);
                }
            }
            else
            {
                failures++;
                LogNotConnected(channel.Terms.Provider, channel.Endpoint, connection.Fault, connection.Detail);
                _parts.Progress.Set(NodeState.Connecting, connection.Detail, NodeFault.PeerUnavailable);
                if (connection.Reason is { } reason && EndsChannel(reason))
                {
                    _spent.Add(channel.ChannelId);
                    return false;
                }

                await RedialLaterAsync(channel, failures, cancellationToken);
            }

            channel = _parts.Book.Find(channel.ChannelId) ?? channel;
            if (failures > 0 && CanFailOver)
            {
                lostAt ??= _parts.Time.GetTimestamp();
                if (_parts.Time.GetElapsedTime(lostAt.Value) is var lostFor && lostFor >= _options.FailOverAfter)
                {
                    LogFailsOver(channel.Terms.Provider, lostFor.TotalSeconds, channel.ChannelId);
                    _lost.Add(channel);
                    return true;
                }
            }
        }

        return false;
    }

    private async Task<GoodbyeReason?> UseAsync(ConsumerTunnel tunnel, CancellationToken cancellationToken)
    {
        await LimitAsync(tunnel.Channel.ChannelId);
        if (_tun is { } tun && !await tun.AttachAsync(tunnel, cancellationToken))
        {
            LogNoPackets(tunnel.Channel.Terms.Provider);
            await tunnel.StopAsync();
            return GoodbyeReason.NotServing;
        }

        LogServing(tunnel.Channel.ChannelId, tunnel.Channel.Terms.Provider);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var unsafeNow = UnsafeAsync(tunnel.Channel.ChannelId, over.Token);
        var leading = LeadAsync(tunnel, over.Token);
        var first = await Task.WhenAny(tunnel.Completion, unsafeNow, leading);
        await over.CancelAsync();

        // The session inside ends before the one around it.
        await leading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (first == leading)
        {
            await leading;
        }

        cancellationToken.ThrowIfCancellationRequested();
        _router.Detach();
        var end = tunnel.Completion.IsCompleted ? await tunnel.Completion : await tunnel.StopAsync();
        SampleUsage();
        LogEnded(tunnel.Channel.ChannelId, end.Reason?.ToString() ?? "connection lost", end.Detail);
        _parts.Progress.Set(NodeState.Connecting, end.Detail, NodeFault.PeerUnavailable);
        if (end.Reason is { } reason && EndsChannel(reason))
        {
            _spent.Add(tunnel.Channel.ChannelId);
            if (reason == GoodbyeReason.CapacityReached)
            {
                Closer.Begin(tunnel.Channel.ChannelId);
            }
        }

        return end.Reason;
    }

    private bool IsParted(ChannelId channelId) => _parts.Book.Find(channelId) is { } channel && _parts.Peers.IsParted(channel.Terms.Provider);

    // Completes when nothing more may be signed on the channel: it ends on chain, the chain is out of sight too long, or this
    // node has nothing to do with the provider any more.
    private async Task UnsafeAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        while (_parts.Chain.CanServe && !IsParted(channelId) && !_parts.Book.IsSeenEnding(channelId) && _parts.Book.Find(channelId)?.Stage == ChannelStage.Active)
        {
            var changed = _parts.Book.Changed;
            await LimitAsync(channelId);
            await Task.WhenAny(changed, Task.Delay(TimeSpan.FromSeconds(1), _parts.Time, cancellationToken));
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RedialLaterAsync(ChannelRecord channel, int failures, CancellationToken cancellationToken)
    {
        if (failures % 3 == 0)
        {
            await _sessions.RefreshEndpointAsync(channel.ChannelId, channel.Terms.Provider, cancellationToken);
        }

        var delay = MinRedialDelay * Math.Pow(2, Math.Min(failures - 1, 10));
        await Task.Delay(delay < MaxRedialDelay ? delay : MaxRedialDelay, _parts.Time, cancellationToken);
    }

    private async Task EndSessionAsync()
    {
        if (_sessions.Current is { } tunnel)
        {
            await tunnel.StopAsync();
            SampleUsage();
        }
    }

    // Leads clients to the provider, or through it to the exit of a route, until cancelled.
    private async Task LeadAsync(ConsumerTunnel tunnel, CancellationToken cancellationToken)
    {
        if (_route is { } route)
        {
            await route.RunAsync(tunnel, cancellationToken);
            return;
        }

        _router.Attach(tunnel);
        _parts.Progress.Set(NodeState.Serving);
        await Task.Delay(Timeout.InfiniteTimeSpan, _parts.Time, cancellationToken);
    }

    private static bool EndsChannel(GoodbyeReason reason) => reason
        is GoodbyeReason.CapacityReached or GoodbyeReason.ChannelClosed or GoodbyeReason.Dispute or GoodbyeReason.UnitRefused;
}
