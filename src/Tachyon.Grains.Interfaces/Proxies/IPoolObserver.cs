using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>Receives pushes for the exit of a pool; implemented by gateways on behalf of its edge.</summary>
/// <remarks>Best effort: a push may be lost or repeated. All of it is cumulative.</remarks>
[Alias("tachyon.IPoolObserver")]
public interface IPoolObserver : IGrainObserver
{
    /// <summary>The proxy's newest unit on the pool, durable, where there is no credit to say.</summary>
    [OneWay]
    [Alias("PoolUnit")]
    Task PoolUnit(SignedUnit unit);

    /// <summary>Routes with what each may use, at most 255, and the proxy's newest unit on the pool, durable, where it is new.</summary>
    [OneWay]
    [Alias("RouteCredits")]
    Task RouteCredits(ChannelId poolId, SignedUnit? unit, TagCreditEntry[] routes);

    /// <summary>Routes that are over; at most 255.</summary>
    [OneWay]
    [Alias("RoutesEnded")]
    Task RoutesEnded(ChannelId poolId, Bytes32[] tags);
}
