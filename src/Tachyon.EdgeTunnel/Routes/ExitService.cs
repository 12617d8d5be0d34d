using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// The pools of a provider that is an exit: the channels whose consumer is its gateway's operator, taken up once this node's own
/// endpoint shows them active, and let go when they end.
/// </summary>
internal sealed partial class ExitService(NodeParts parts, RouteAcceptance accepted, UnitEngines engines, ChannelCloser closer, ITunnelObserver observer) : IRouteService, IAsyncDisposable
{
    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWordsTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastWordsPoll = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<ChannelId, ExitPool> _pools = new();
    private readonly HashSet<Address> _registered = [];
    private readonly ILogger<ExitService> _logger = parts.LoggerFactory.CreateLogger<ExitService>();

    /// <summary>Routes that proxies have named, over all pools.</summary>
    public int Routes => _pools.Values.Sum(pool => pool.Routes);

    /// <summary>The channels that routes come by.</summary>
    public IReadOnlyCollection<ChannelId> Pools => [.. _pools.Keys];

    /// <summary>Whether a channel is a pool that this node takes routes from.</summary>
    public bool IsPool(ChannelId channelId) => _pools.ContainsKey(channelId);

    public Address? FindKey(Bytes32 tag) => _pools.Values.Select(pool => pool.FindKey(tag)).FirstOrDefault(key => key is not null);

    public IUnitEngine? FindEngine(Bytes32 tag) => _pools.Values.Select(pool => pool.MeterOf(tag)).FirstOrDefault(meter => meter is not null);

    /// <summary>What the gateway pushes. Must not wait.</summary>
    public void Hear(GatewayPush push)
    {
        var poolId = push switch
        {
            ProxyUnit { IsOfLock: false } unit => unit.Unit.Unit.ChannelId,
            RouteCredits credits => credits.PoolId,
            RoutesEnded ended => ended.PoolId,
            _ => default,
        };
        if (_pools.TryGetValue(poolId, out var pool))
        {
            pool.Hear(push);
        }
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = parts.Book.Changed;
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (ChainUnavailableException fault)
            {
                LogChainAway(fault.Message);
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(RoundInterval, parts.Time, pause.Token));
            await pause.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits until the proxies have the last counts, within a time limit. Sessions have ended.</summary>
    public async Task FlushAsync()
    {
        var started = parts.Time.GetTimestamp();
        while (_pools.Values.Any(pool => !pool.HasSaidAll) && parts.Time.GetElapsedTime(started) < LastWordsTimeout)
        {
            await Task.Delay(LastWordsPoll, parts.Time);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
        {
            await EndAsync(pool, GoodbyeReason.Orderly, "this node stops");
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var channel in parts.Book.All.Where(channel => channel.Role == SessionRole.Provider && channel.Terms.Kind == ChannelKind.Direct))
        {
            if (await MayServeAsync(channel, cancellationToken))
            {
                engines.RaiseCapacity(channel.ChannelId, channel.CapacityBytes);
                engines.SeePaid(channel.ChannelId, channel.PaidBytes);
                if (await GetAsync(channel, cancellationToken) is { } pool)
                {
                    await AttachAsync(pool, cancellationToken);
                }
            }
            else if (_pools.TryRemove(channel.ChannelId, out var over))
            {
                LogOver(channel.ChannelId, channel.Stage);
                over.EndSessions(GoodbyeReason.ChannelClosed, "the proxy's channel to this exit ends");
                await EndAsync(over, GoodbyeReason.ChannelClosed, "the proxy's channel to this exit ends");
            }
        }
    }

    private async Task EndAsync(ExitPool pool, GoodbyeReason reason, string detail)
    {
        await pool.DisposeAsync();
        observer.OnSessionEnded(pool.PoolId, new SessionEnd(reason, ByPeer: false, detail));
    }

    private async Task<bool> MayServeAsync(ChannelRecord channel, CancellationToken cancellationToken) =>
        channel.Stage == ChannelStage.Active
        && (_pools.ContainsKey(channel.ChannelId) || channel.Terms.Consumer == parts.Gateway.Operator)
        && !parts.Book.IsSeenEnding(channel.ChannelId)
        && !closer.IsClosing(channel.ChannelId)
        && !parts.Peers.IsParted(channel.Terms.Consumer)
        && parts.Chain.CanServe
        && accepted.Allows(channel.Terms.Consumer)
        && (!accepted.AnyRegistered || await IsRegisteredAsync(channel.Terms.Consumer, cancellationToken));

    // Once is enough: who leaves the register keeps the pools that it has.
    private async Task<bool> IsRegisteredAsync(Address proxy, CancellationToken cancellationToken)
    {
        if (!_registered.Contains(proxy))
        {
            var settlement = await parts.Chain.Connected.WaitAsync(cancellationToken);
            if ((await settlement.GetProxyAsync(proxy, ReadAt.Final, cancellationToken)).Standing != ProxyStanding.None)
            {
                _registered.Add(proxy);
            }
        }

        return _registered.Contains(proxy);
    }

    // Null while the proxy has a session on it, as any consumer may: whoever has the channel keeps it until that ends.
    private async Task<ExitPool?> GetAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        if (_pools.TryGetValue(channel.ChannelId, out var known))
        {
            return known;
        }

        var engine = (ProviderUnitEngine)await engines.GetAsync(channel.ForTunnel(), cancellationToken);
        var ledger = new ExitLedger(
            channel.Terms, parts.Deployment.Domain, parts.Key.Messages, parts.Verifier, parts.Journal.ExitRoutes.Load(channel.ChannelId));
        var pool = new ExitPool(
            engine, ledger, parts.Journal.ExitRoutes, parts.Gateway, parts.Time, parts.LoggerFactory.CreateLogger<ExitPool>());
        if (!pool.TryBegin())
        {
            LogHasSession(channel.ChannelId);
            return null;
        }

        _pools[channel.ChannelId] = pool;

        // As one long session with the proxy: what the routes use is part of this node's history, and of what its caps are held against.
        observer.OnSessionStarted(channel.ChannelId);
        LogTakesRoutes(channel.ChannelId, channel.Terms.Consumer);
        return pool;
    }

    private async Task AttachAsync(ExitPool pool, CancellationToken cancellationToken)
    {
        var connection = parts.Gateway.Connections;
        if (pool.AttachedOn == connection || parts.Gateway.Operator != pool.Proxy)
        {
            return;
        }

        var answer = await parts.Gateway.AskAsync(new PoolAttach(pool.PoolId), cancellationToken);
        if (answer.IsDone)
        {
            pool.AttachedOn = connection;
            pool.SayAgain();
        }
        else
        {
            LogNotAttached(pool.PoolId, answer.Text);
        }
    }

    [LoggerMessage(LogLevel.Information, "Taking routes of proxy {Proxy}, which pays through pool {PoolId}")]
    private partial void LogTakesRoutes(ChannelId poolId, Address proxy);

    [LoggerMessage(LogLevel.Information, "Pool {PoolId} is over ({Stage}): its routes end here")]
    private partial void LogOver(ChannelId poolId, ChannelStage stage);

    [LoggerMessage(LogLevel.Information, "The proxy's gateway does not attach pool {PoolId} yet: {Reason}")]
    private partial void LogNotAttached(ChannelId poolId, string reason);

    [LoggerMessage(LogLevel.Debug, "Pool {PoolId} is not taken up while the proxy has a session on it")]
    private partial void LogHasSession(ChannelId poolId);

    [LoggerMessage(LogLevel.Debug, "Pools are looked at later: {Reason}")]
    private partial void LogChainAway(string reason);
}
