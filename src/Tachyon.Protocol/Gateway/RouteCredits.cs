using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// To an exit: routes of a pool with what each may use. The first of a tag admits it, later ones raise its credit; older and
/// repeated ones change nothing. Credit is no money: only the pool's units are, which come as <see cref="ProxyUnit"/>.
/// </summary>
public sealed record RouteCredits : GatewayPush
{
    /// <summary>Credits of routes.</summary>
    /// <param name="poolId">The pool.</param>
    /// <param name="routes">1 to <see cref="GatewayLimits.MaxRoutesPerMessage"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">None, or too many.</exception>
    public RouteCredits(ChannelId poolId, IReadOnlyList<RouteCredit> routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentOutOfRangeException.ThrowIfZero(routes.Count, nameof(routes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(routes.Count, GatewayLimits.MaxRoutesPerMessage, nameof(routes));
        PoolId = poolId;
        Routes = routes;
    }

    /// <summary>The pool.</summary>
    public ChannelId PoolId { get; }

    /// <summary>The routes.</summary>
    public IReadOnlyList<RouteCredit> Routes { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.RouteCredits;

    internal override int SizeHint => 64 + (Routes.Count * RouteCredit.Length);

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(PoolId);
        writer.U8((byte)Routes.Count);
        foreach (var route in Routes)
        {
            route.Write(writer);
        }
    }

    internal static RouteCredits? Read(ref GatewayReader reader)
    {
        var poolId = reader.ChannelId();
        var count = reader.Count(1, GatewayLimits.MaxRoutesPerMessage);
        var routes = new List<RouteCredit>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (RouteCredit.Read(ref reader) is { } route)
            {
                routes.Add(route);
            }
        }

        return reader.Failed ? null : new RouteCredits(poolId, routes);
    }
}
