using Tachyon.Chain;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Feed;

/// <summary>
/// Asks the chain feed to look now, for callers who know a channel that this silo does not. Anyone can name such a channel
/// as often as it likes, so that what goes from this silo to the one feed is at most one request in a while.
/// </summary>
/// <remarks>Thread-safe; one per silo.</remarks>
internal sealed class FeedWaker(IGrainFactory grains, GrainClock clock)
{
    /// <summary>As long as the feed itself takes to gather requests, so that none would come of a second one.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private long _lastTicks;

    /// <summary>Asks the feed of the chain's deployment, unless it was asked a moment ago.</summary>
    internal Task Wake(ISettlementChain chain)
    {
        long nowTicks = clock.UtcNow.UtcTicks;
        long lastTicks = Interlocked.Read(ref _lastTicks);

        // A clock that was set back must not silence this until it has caught up.
        bool recent = nowTicks >= lastTicks && nowTicks - lastTicks < Period.Ticks;
        return recent || Interlocked.CompareExchange(ref _lastTicks, nowTicks, lastTicks) != lastTicks
            ? Task.CompletedTask
            : grains.ChainFeed(chain.Deployment.PaymentChannels).Wake();
    }
}
