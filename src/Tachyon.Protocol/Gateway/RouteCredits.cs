using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// To an exit: routes of a pool with what each may use. The first of a tag admits it, later ones raise its credit; older and
/// repeated ones change nothing. Credit is no money: only the pool's units are, of which the newest comes along where it is new, or as
/// <see cref="ProxyUnit"/> where there is no credit to say.
/// </summary>
public sealed record RouteCredits : GatewayPush
{
    /// <summary>Credits of routes.</summary>
    /// <param name="poolId">The pool.</param>
    /// <param name="unit">The proxy's newest unit on the pool; null where the exit has had it.</param>
    /// <param name="routes">1 to <see cref="GatewayLimits.MaxRoutesPerMessage"/>.</param>
    /// <exception cref="ArgumentException">The unit is of another channel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No route, or too many.</exception>
    public RouteCredits(ChannelId poolId, SignedUnit? unit, IReadOnlyList<RouteCredit> routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentOutOfRangeException.ThrowIfZero(routes.Count, nameof(routes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(routes.Count, GatewayLimits.MaxRoutesPerMessage, nameof(routes));
        if (unit is not null && unit.Unit.ChannelId != poolId)
        {
            throw new ArgumentException($"Credits of {poolId} come with a unit of {unit.Unit.ChannelId}.", nameof(unit));
        }

        PoolId = poolId;
        Unit = unit;
        Routes = routes;
    }

    /// <summary>The pool.</summary>
    public ChannelId PoolId { get; }

    /// <summary>The proxy's newest unit on the pool, if it is sent.</summary>
    public SignedUnit? Unit { get; }

    /// <summary>The routes.</summary>
    public IReadOnlyList<RouteCredit> Routes { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.RouteCredits;

    internal override int SizeHint => 64 + ChannelUnits.MaxLength + (Routes.Count * RouteCredit.Length);

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(PoolId);
        writer.Flag(Unit is not null);
        if (Unit is not null)
        {
            new ChannelUnits(Unit, null).Write(writer);
        }

        writer.U8((byte)Routes.Count);
        foreach (var route in Routes)
        {
            route.Write(writer);
        }
    }

    internal static RouteCredits? Read(ref GatewayReader reader)
    {
        var poolId = reader.ChannelId();
        var unit = reader.Flag() ? ChannelUnits.ReadOne(ref reader, poolId, ofConsumer: true) : null;
        var count = reader.Count(1, GatewayLimits.MaxRoutesPerMessage);
        var routes = new List<RouteCredit>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (RouteCredit.Read(ref reader) is { } route)
            {
                routes.Add(route);
            }
        }

        return reader.Failed ? null : new RouteCredits(poolId, unit, routes);
    }
}
