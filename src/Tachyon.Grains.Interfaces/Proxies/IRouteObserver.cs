using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>Receives pushes for the consumer of a lock; implemented by gateways on behalf of its edge.</summary>
/// <remarks>Best effort: a push may be lost or repeated, and the consumer's next unit brings the newest again.</remarks>
[Alias("tachyon.IRouteObserver")]
public interface IRouteObserver : IGrainObserver
{
    /// <summary>The proxy's newest unit on the lock, durable, which the exit's count brought about. What answers a unit comes with its acknowledgement.</summary>
    [OneWay]
    [Alias("LockAnswered")]
    Task LockAnswered(SignedUnit unit);

    /// <summary>Nothing more is promised on the lock at present.</summary>
    [OneWay]
    [Alias("RouteEnded")]
    Task RouteEnded(ChannelId lockId, RouteRefusal reason);
}
