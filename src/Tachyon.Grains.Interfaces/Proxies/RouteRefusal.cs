namespace Tachyon.Grains;

/// <summary>Why a proxy takes no route, or goes on with none.</summary>
[GenerateSerializer, Alias("tachyon.RouteRefusal")]
public enum RouteRefusal
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    /// <summary>The operator is no proxy, or is leaving the register of proxies.</summary>
    NoProxy = 1,

    /// <summary>No such exit has announced itself, or none fits.</summary>
    UnknownExit = 2,

    /// <summary>The exit is not there, or did not answer.</summary>
    ExitAway = 3,

    /// <summary>The exit has no slot for the proxy's channel.</summary>
    ExitWithoutSlots = 4,

    /// <summary>The proxy's account does not hold what the channel to the exit would take.</summary>
    LackOfFunds = 5,

    /// <summary>The consumer's account does not hold the lock's deposit.</summary>
    DepositMissing = 6,

    /// <summary>The exit costs more than the consumer or the proxy would pay.</summary>
    PriceAboveLimit = 7,

    /// <summary>The lock's tolerance is above one.</summary>
    ToleranceAboveLimit = 8,

    /// <summary>The capacity is no multiple of the route step.</summary>
    CapacityNotInSteps = 9,

    /// <summary>The exit offers no channel of the size that the proxy opens.</summary>
    CapacityOutsideOffer = 10,

    /// <summary>The exit's cap per channel leaves the proxy's channel no more room.</summary>
    AboveChannelCap = 11,

    /// <summary>The exit's monthly cap is used up.</summary>
    MonthlyCapReached = 12,

    /// <summary>The exit takes nothing new at present.</summary>
    Draining = 13,

    /// <summary>One of the two blacklisted the other.</summary>
    Blacklisted = 14,

    /// <summary>The salt names a lock of another route.</summary>
    SaltUsed = 15,

    /// <summary>As many routes as the operator takes to one exit are under way.</summary>
    Busy = 16,

    /// <summary>The outbox takes nothing more at present.</summary>
    OutboxFull = 17,

    /// <summary>The proxy's channel to the exit ended, or is disputed.</summary>
    PoolEnded = 18,

    /// <summary>The lock closes or is over.</summary>
    LockEnded = 19,

    /// <summary>The chain does not answer this silo.</summary>
    ChainAway = 20,

    /// <summary>The lock's deposit is below the least for which this operator sends transactions, by which alone it can collect.</summary>
    DepositTooSmall = 21,

    /// <summary>The exit disputed a channel of the proxy's, or contradicted itself on one, and gets no other.</summary>
    ExitDisputed = 22,

    /// <summary>As many of the proxy's channels to the exit as it risks at once are not settled yet.</summary>
    PoolsUnsettled = 23,
}
