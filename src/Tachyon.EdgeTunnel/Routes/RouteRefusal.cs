using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>A proxy's refusals for people: what it is, and what to do next.</summary>
internal static class RouteRefusal
{
    /// <summary>Whether the same may be granted a little later.</summary>
    public static bool IsForLater(RefusalReason reason) => reason
        is RefusalReason.ProviderAway
        or RefusalReason.ExitWithoutSlots
        or RefusalReason.ProxyBusy
        or RefusalReason.OutboxFull
        or RefusalReason.TooManyUnknown
        or RefusalReason.PoolEnded
        or RefusalReason.UnknownChannel
        or RefusalReason.DirectoryFull;

    /// <summary>Whether it is about the exit that was named, so that another one may do.</summary>
    public static bool IsOfExit(RefusalReason reason) => reason
        is RefusalReason.UnknownExit
        or RefusalReason.ProviderAway
        or RefusalReason.ExitWithoutSlots
        or RefusalReason.PriceAboveLimit
        or RefusalReason.AboveChannelCap
        or RefusalReason.MonthlyCapReached
        or RefusalReason.Draining
        or RefusalReason.Blacklisted
        or RefusalReason.ProxyBusy
        or RefusalReason.PoolEnded;

    /// <summary>A whole sentence, with the proxy's own words for the reason where it gave any.</summary>
    public static string Sentence(RefusalReason reason, string text, bool isExitChosen)
    {
        // Behind the reason a gateway says what any client may do; what this one's owner may do is said here, by its options.
        var said = text.Split(';')[0].Trim().TrimEnd('.');
        return $"the proxy refuses the route: {(said.Length > 0 ? said : Words(reason))}; {Advice(reason, isExitChosen)}";
    }

    /// <summary>A reason in a few words.</summary>
    public static string Words(RefusalReason reason) => reason switch
    {
        RefusalReason.NoProxy => "the gateway's operator is no proxy",
        RefusalReason.UnknownExit => "no such exit is known to it, or none that takes routes within the limits",
        RefusalReason.ProviderAway => "the exit is not connected",
        RefusalReason.ExitWithoutSlots => "the exit has no slot left for a channel of the proxy's",
        RefusalReason.LackOfFunds => "its account does not hold what its channel to the exit would take",
        RefusalReason.DepositMissing => "this node's account does not hold the deposit",
        RefusalReason.PriceAboveLimit => "the exit costs more than this node, or the proxy, would pay",
        RefusalReason.ToleranceAboveLimit => "the tolerance is above what the exit accepts",
        RefusalReason.CapacityOutsideOffer => "the capacity is not what it takes",
        RefusalReason.AboveChannelCap => "the capacity is above what the exit serves on one channel",
        RefusalReason.MonthlyCapReached => "the exit has not enough left of its month",
        RefusalReason.Draining => "the exit takes no new channels",
        RefusalReason.Blacklisted => "one of the two has stated that it has nothing to do with the other",
        RefusalReason.SaltUsed => "it knows the lock's salt from another route",
        RefusalReason.ProxyBusy => "it has as many routes as it takes",
        RefusalReason.UnknownChannel => "it has not seen the lock active and final yet",
        RefusalReason.WrongPhase => "the lock is not active",
        RefusalReason.PoolEnded => "its channel to the exit has ended",
        RefusalReason.DepositTooSmall => "the lock's deposit is below the least for which it sends transactions",
        RefusalReason.OutboxFull => "its silo's outbox is full",
        _ => reason.ToString(),
    };

    private static string Advice(RefusalReason reason, bool isExitChosen) => reason switch
    {
        RefusalReason.NoProxy => "give another --proxy, and its gateway with --proxy-gateway",
        RefusalReason.UnknownExit or RefusalReason.ProviderAway or RefusalReason.ExitWithoutSlots
            or RefusalReason.AboveChannelCap or RefusalReason.MonthlyCapReached or RefusalReason.Draining => isExitChosen
                ? "choose another --exit, or auto"
                : "raise --max-price, lower --capacity, or try again later",
        RefusalReason.LackOfFunds or RefusalReason.ProxyBusy => "use another --proxy, or try again later",
        RefusalReason.DepositMissing => "fund this node's account, or lower --capacity; a lock takes 110 % of the price",
        RefusalReason.PriceAboveLimit => "raise --max-price, or choose another --exit",
        RefusalReason.ToleranceAboveLimit => "lower --tolerance, or choose another --exit",
        RefusalReason.CapacityOutsideOffer => "give a --capacity that is a multiple of the proxy's route step (10 MB by default)",
        RefusalReason.DepositTooSmall => "raise --capacity",
        RefusalReason.Blacklisted => "choose another --exit or another --proxy",
        _ => "try again, or use another --proxy",
    };
}
