using Tachyon.Grains;

namespace Tachyon.Silo.Rest;

/// <summary>The proxy's channels to exits.</summary>
internal sealed record PoolListDocument(IReadOnlyList<PoolDocument> Pools);

/// <summary>A proxy's channel to an exit.</summary>
/// <param name="Exit">The exit.</param>
/// <param name="Stage">none, planned, opening, active, ended.</param>
/// <param name="PoolId">The channel; null where there was none yet.</param>
/// <param name="PricePerMB">Its price, in base units.</param>
/// <param name="CapacityBytes">With all top-ups.</param>
/// <param name="PromisedBytes">What locks promised to it.</param>
/// <param name="SignedBytes">What the proxy signed on it.</param>
/// <param name="Routes">Routes under way.</param>
/// <param name="TopUpBytes">The capacity that a top-up under way leads to; 0 for none.</param>
/// <param name="IsAttached">Whether the exit is there.</param>
internal sealed record PoolDocument(
    string Exit,
    string Stage,
    string? PoolId,
    string PricePerMB,
    ulong CapacityBytes,
    ulong PromisedBytes,
    ulong SignedBytes,
    int Routes,
    ulong TopUpBytes,
    bool IsAttached)
{
    public static PoolDocument Of(PoolView view) => new(
        view.Exit.ToString(),
        view.Stage.ToString().ToLowerInvariant(),
        view.Terms is null ? null : view.PoolId.ToString(),
        (view.Terms?.PricePerMB.BaseUnits ?? 0).ToString(),
        view.CapacityBytes,
        view.PromisedBytes,
        view.SignedBytes,
        view.Routes,
        view.TopUpBytes,
        view.IsAttached);
}

/// <summary>Routes of a pool, a page of them.</summary>
/// <param name="Routes">In the order of their locks' ids.</param>
/// <param name="Next">The cursor of the next page; null after the last.</param>
internal sealed record RouteListDocument(IReadOnlyList<RouteDocument> Routes, string? Next);

/// <summary>A route: what comes in, what goes out, and what the proxy keeps.</summary>
/// <param name="LockId">The lock.</param>
/// <param name="Consumer">Who pays.</param>
/// <param name="Exit">Who serves.</param>
/// <param name="PoolId">Through which channel it is paid at present.</param>
/// <param name="CapacityBytes">The lock's opening capacity.</param>
/// <param name="SignedBytes">What the consumer signed.</param>
/// <param name="PromisedBytes">What was promised to pools: never more.</param>
/// <param name="CountedBytes">What exits counted.</param>
/// <param name="In">What the signed bytes bring, in base units.</param>
/// <param name="Out">The most that the promised bytes cost, in base units.</param>
/// <param name="Fee">What is left for the proxy of what was signed, in base units.</param>
/// <param name="IsEnding">Whether nothing more is promised.</param>
internal sealed record RouteDocument(
    string LockId,
    string Consumer,
    string Exit,
    string PoolId,
    ulong CapacityBytes,
    ulong SignedBytes,
    ulong PromisedBytes,
    ulong CountedBytes,
    string In,
    string Out,
    string Fee,
    bool IsEnding)
{
    public static RouteDocument Of(RouteView view) => new(
        view.LockId.ToString(),
        view.Terms.Consumer.ToString(),
        view.Exit.ToString(),
        view.PoolId.ToString(),
        view.Terms.CapacityBytes,
        view.SignedBytes,
        view.PromisedBytes,
        view.CountedBytes,
        view.In.BaseUnits.ToString(),
        view.Out.BaseUnits.ToString(),
        (view.In.BaseUnits - view.Out.BaseUnits).ToString(),
        view.IsEnding);
}
