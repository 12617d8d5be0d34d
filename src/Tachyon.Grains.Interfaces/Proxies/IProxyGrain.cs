using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>
/// One route, named by its lock: what its consumer signs upstream becomes what the proxy signs downstream, and never more
/// (protocol, Routes, 7). The operator's account is the proxy.
/// </summary>
[Alias("tachyon.IProxyGrain")]
public interface IProxyGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes a route. What is answered is durable. The same route again, also through another pool to the same exit, gives the same
    /// tag with a fresh acceptance of the lock.
    /// </summary>
    [Alias("Grant")]
    Task<RouteGrantResult> Grant(RouteAsk ask);

    /// <summary>
    /// Takes units of the lock: the newest of the consumer goes to the channel's durable evidence, and once it and what may be promised on
    /// it are durable, that goes to the pool, and the answer comes with the result.
    /// </summary>
    /// <param name="batch">Units of the lock.</param>
    /// <param name="consumer">Whom to push to what the exit counts bring about later; null for nobody.</param>
    [AlwaysInterleave]
    [Alias("Submit")]
    Task<SubmitUnitsResult> Submit(UnitBatch batch, IRouteObserver? consumer);

    /// <summary>The exit counted bytes of the route, cumulative, by a signature that the pool checked. Durable on return.</summary>
    [AlwaysInterleave]
    [Alias("Counted")]
    Task Counted(ChannelId poolId, ulong countedBytes);

    /// <summary>The pool has forgotten, or has room again: the lock says what it promised once more.</summary>
    [OneWay]
    [Alias("SayAgain")]
    Task SayAgain();

    /// <summary>The pool that the lock waits for cannot be opened at present: its consumer hears why. Nothing was promised on it.</summary>
    [OneWay]
    [Alias("PoolRefused")]
    Task PoolRefused(RouteRefusal reason);

    /// <summary>
    /// The consumer's signed closure of the lock. The proxy signs it too where it is a route step (or all) and not below what
    /// was promised, and the close is handed to the outbox.
    /// </summary>
    [Alias("Close")]
    Task<SubmitClosureResult> Close(SignedClosure closure);

    /// <summary>
    /// The proxy's own closure, signed before the consumer's: at what is asked for where that is a route step (or all) and not below what
    /// was promised, or at what it signed before. From then on it promises nothing. A refusal binds it to nothing.
    /// </summary>
    /// <param name="consumer">Who asks; only the lock's consumer is answered.</param>
    /// <param name="bytesUsed">The count to close at.</param>
    [Alias("SignClosure")]
    Task<SubmitClosureResult> SignClosure(Address consumer, ulong bytesUsed);

    /// <summary>Called by the lock's channel when the chain showed something new.</summary>
    [OneWay]
    [Alias("LockChanged")]
    Task LockChanged(ChannelView view);

    /// <summary>Called by the lock's channel when nobody has used it for long: the proxy collects what is left and closes.</summary>
    [OneWay]
    [Alias("Abandoned")]
    Task Abandoned();

    /// <summary>The route as last made durable; null where the lock has none.</summary>
    [AlwaysInterleave]
    [Alias("View")]
    Task<RouteView?> View();
}
