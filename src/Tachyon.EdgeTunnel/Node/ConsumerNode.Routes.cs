using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <content>The route, where the node goes by one.</content>
internal sealed partial class ConsumerNode
{
    private RouteKeeper Keeper(RouteOptions route, NodeObserver observer)
    {
        var gateway = _parts.ProxyGateway ?? _parts.Gateway;
        var broker = new RouteBroker(gateway, _parts.Chain, _parts.Verifier, _parts.Deployment.Domain, _parts.Self, _parts.Peers, route, _options);
        var opener = new LockOpener(
            _parts.Book, _parts.Journal, Closer, broker, _parts.Chain, _parts.Account.Consumer, route, _options, _parts.Progress, _parts.Time,
            _parts.LoggerFactory.CreateLogger<LockOpener>());
        var keeper = new RouteKeeper(
            _parts, gateway, opener, _engines, _parts.TunnelContext(_engines, observer), _router, LimitLockAsync);
        keeper.CapacityReached += Closer.BeginUnasked;
        return keeper;
    }

    // Budgets hold for locks too; held to whole route steps, so that a lock can always be ended at one.
    private async Task LimitLockAsync(ChannelId lockId)
    {
        await _budgets.MarkAsync();
        if (_parts.Book.Find(lockId) is { } channel)
        {
            var step = _engines.RouteStepOf(lockId);
            _engines.RaiseCapacity(lockId, channel.CapacityBytes);
            _engines.SeePaid(lockId, channel.PaidBytes);
            _budgets.Limit(channel, limit => _engines.LimitSigning(lockId, limit >= channel.CapacityBytes || step == 0 ? limit : limit - (limit % step)));
        }
    }

    private RouteDocument? RouteDocument() => _options.Route is not { } wish
        ? null
        : new RouteDocument
        {
            Proxy = wish.Proxy.ToString(),
            Relay = _sessions.Current?.Channel.Terms.Provider.ToString(),
            RelayChannelId = _sessions.Current?.Channel.ChannelId.ToString(),
            Exit = (_route?.Route?.Exit ?? wish.Exit)?.ToString(),
            ExitEndpoint = _route?.Route?.Endpoint,
            LockId = _route?.Route?.LockId.ToString(),
            Connected = _route?.Current is { Completion.IsCompleted: false },
        };
}
