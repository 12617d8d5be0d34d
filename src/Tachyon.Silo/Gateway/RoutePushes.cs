using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;
using RouteCredit = Tachyon.Protocol.Gateway.RouteCredit;

namespace Tachyon.Silo.Gateway;

/// <summary>Turns what a proxy's grains tell into pushes. Runs inside grains' calls, so it only queues.</summary>
internal sealed class RoutePushes(EdgeSession session, ulong stepBytes) : IRouteObserver, IPoolObserver
{
    /// <inheritdoc/>
    public Task LockAnswered(SignedUnit unit) => Push(new ProxyUnit(unit, IsOfLock: true));

    /// <inheritdoc/>
    public Task RouteEnded(ChannelId lockId, RouteRefusal reason) => Push(RouteTexts.Push(lockId, reason, stepBytes));

    /// <inheritdoc/>
    public Task PoolUnit(SignedUnit unit) => Push(new ProxyUnit(unit, IsOfLock: false));

    /// <inheritdoc/>
    public Task RouteCredits(ChannelId poolId, SignedUnit? unit, TagCreditEntry[] routes) => Push(new RouteCredits(
        poolId, unit, [.. routes.Select(route => new RouteCredit(route.Tag, route.RouteAddress, route.BytesUsed, route.Signature))]));

    /// <inheritdoc/>
    public Task RoutesEnded(ChannelId poolId, Bytes32[] tags) => Push(new RoutesEnded(poolId, tags));

    private Task Push(GatewayPush push)
    {
        session.Push(push);
        return Task.CompletedTask;
    }
}
