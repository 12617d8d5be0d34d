using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>
/// The operator's channel to one exit, named by the exit's address, that all routes to it share: one of the exit's slots. It
/// signs the sum of what locks promised, and passes each route its credit (protocol, Routes, 3 and 6).
/// </summary>
/// <remarks>Calls interleave: each decides on the newest state without awaiting in between, and one loop writes.</remarks>
[Alias("tachyon.IPoolGrain")]
public interface IPoolGrain : IGrainWithStringKey
{
    /// <summary>
    /// The pool for a new route. Where there is none, or the last one ended, the terms of another are fixed; it is opened, or topped up,
    /// when a lock first needs it, since who only asks has paid nothing.
    /// </summary>
    [Alias("Prepare")]
    Task<PoolResult> Prepare(PoolAsk ask);

    /// <summary>
    /// Keeps a place for a route whose lock is not open yet, until its acceptance has expired; memory only. <see cref="RouteRefusal.Busy"/>
    /// where the exit's places are taken, or the consumer has as many already as one may.
    /// </summary>
    [Alias("Hold")]
    Task<RouteRefusal> Hold(ChannelId lockId, Address consumer);

    /// <summary>
    /// Takes what an active lock promised, which must be durable there. The first one has a planned pool opened; where that cannot
    /// be, the lock hears why by <see cref="IProxyGrain.PoolRefused"/>.
    /// </summary>
    [Alias("Raise")]
    Task<PromiseResult> Raise(PoolPromise promise);

    /// <summary>
    /// The exit is there: it is pushed what is new from now on, until it is not renewed for five minutes. False where the pool is not
    /// the one that is open here, or the chain has not shown it active yet.
    /// </summary>
    /// <param name="poolId">The pool.</param>
    /// <param name="exit">Whom to push to.</param>
    /// <param name="everything">Whether to push all that is known at once, also to one that is there already.</param>
    [Alias("Attach")]
    Task<bool> Attach(ChannelId poolId, IPoolObserver exit, bool everything);

    /// <summary>The exit is gone.</summary>
    [Alias("Detach")]
    Task Detach(IPoolObserver exit);

    /// <summary>Takes the exit's unit and its counts of routes.</summary>
    [Alias("Report")]
    Task<PoolReportResult> Report(ChannelId poolId, SignedUnit? unit, TagCountEntry[] counts);

    /// <summary>A lock promises nothing more: the exit is told that its route is over.</summary>
    [OneWay]
    [Alias("EndRoute")]
    Task EndRoute(ChannelId lockId);

    /// <summary>A lock is over on chain: its share becomes part of the sum for good.</summary>
    [OneWay]
    [Alias("SettleRoute")]
    Task SettleRoute(ChannelId lockId);

    /// <summary>Called by the pool's channel when the chain showed something new.</summary>
    [OneWay]
    [Alias("PoolChanged")]
    Task PoolChanged(ChannelView view);

    /// <summary>Called by a pool's channel when nobody has used it for long, the present pool's or an earlier one's.</summary>
    [OneWay]
    [Alias("PoolAbandoned")]
    Task Abandoned(ChannelId poolId);

    /// <summary>The pool.</summary>
    [Alias("View")]
    Task<PoolView> View();

    /// <summary>The locks whose routes share it, in the order of their ids, after one of them.</summary>
    [Alias("Locks")]
    Task<ChannelId[]> Locks(ChannelId? after, int count);
}
