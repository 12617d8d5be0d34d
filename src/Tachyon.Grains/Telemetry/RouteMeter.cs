using System.Diagnostics.Metrics;

namespace Tachyon.Grains.Telemetry;

/// <summary>What a proxy counts of its routes, all of them together: no lock, tag or exit is ever a label.</summary>
internal static class RouteMeter
{
    private static readonly Meter Meter = new("tachyon.routes");
    private static readonly Counter<long> Granted = Meter.CreateCounter<long>("tachyon.routes.granted", "{route}", "Routes that were taken");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("tachyon.routes.refused", "{route}", "Routes that were refused, by reason");

    private static readonly Counter<long> Promised = Meter.CreateCounter<long>(
        "tachyon.routes.promised", "By", "Bytes that locks promised to pools: what exits can be paid for");

    private static readonly Counter<long> Counted = Meter.CreateCounter<long>("tachyon.routes.counted", "By", "Bytes that exits counted");

    private static readonly Counter<long> Units = Meter.CreateCounter<long>("tachyon.routes.pool_units", "{unit}", "Units signed on pools");

    private static readonly Counter<long> Pools = Meter.CreateCounter<long>("tachyon.routes.pools", "{pool}", "Pools, by what happened to them: opened, topped up, ended");

    private static readonly Counter<double> Earned = Meter.CreateCounter<double>(
        "tachyon.routes.earned", "{token}", "What locks that are over paid, less what the bytes promised on them cost: the proxy's part");

    internal static void RouteGranted() => Granted.Add(1);

    internal static void RouteRefused(RouteRefusal reason) => Refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    internal static void BytesPromised(ulong bytes) => Promised.Add((long)bytes);

    internal static void BytesCounted(ulong bytes) => Counted.Add((long)bytes);

    internal static void PoolUnitSigned() => Units.Add(1);

    internal static void PoolOpened() => Pools.Add(1, new KeyValuePair<string, object?>("what", "opened"));

    internal static void PoolToppedUp() => Pools.Add(1, new KeyValuePair<string, object?>("what", "topped up"));

    internal static void PoolEnded() => Pools.Add(1, new KeyValuePair<string, object?>("what", "ended"));

    internal static void LockSettled(TokenAmount paid, TokenAmount cost) =>
        Earned.Add(((double)paid.BaseUnits - (double)cost.BaseUnits) / Math.Pow(10, TokenAmount.Decimals));
}
