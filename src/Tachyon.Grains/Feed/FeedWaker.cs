using Tachyon.Chain;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Feed;

/// <summary>
/// Asks the chain feed to look now, for callers who know a channel that this silo does not. Anyone can name such a channel
/// as often as it likes, so that what goes from this silo to the one feed is at most one request in a while.
/// </summary>
/// <remarks>Thread-safe; one per silo.</remarks>
public sealed class FeedWaker
{
    /// <summary>As long as the feed itself takes to gather requests, so that none would come of a second one.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly IGrainFactory _grains;
    private readonly ISettlementChain _chain;
    private readonly GrainClock _clock;
    private long _lastTicks;

    internal FeedWaker(IGrainFactory grains, ISettlementChain chain, GrainClock clock)
    {
        _grains = grains;
        _chain = chain;
        _clock = clock;
    }

    /// <summary>Asks the feed of the chain's deployment, unless it was asked a moment ago. Nobody waits for it: it is a hint.</summary>
    public void Wake()
    {
        long nowTicks = _clock.UtcNow.UtcTicks;
        long lastTicks = Interlocked.Read(ref _lastTicks);

        // A clock that was set back must not silence this until it has caught up.
        bool recent = nowTicks >= lastTicks && nowTicks - lastTicks < Period.Ticks;
        if (!recent && Interlocked.CompareExchange(ref _lastTicks, nowTicks, lastTicks) == lastTicks)
        {
            _ = _grains.ChainFeed(_chain.Deployment.PaymentChannels).Wake();
        }
    }
}
