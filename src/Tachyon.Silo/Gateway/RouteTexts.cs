using Tachyon.Grains;
using Tachyon.Protocol.Gateway;

namespace Tachyon.Silo.Gateway;

/// <summary>Why a proxy takes no route or goes on with none, for programs and as a sentence that says what to do. Pure.</summary>
internal static class RouteTexts
{
    /// <summary>After how long what passes by itself may have passed.</summary>
    private const uint SoonMs = 5_000;

    public static Refused Reply(RouteRefusal refusal, ulong stepBytes) => new(
        Of(refusal),
        TextOf(refusal, stepBytes),
        refusal is RouteRefusal.OutboxFull or RouteRefusal.ChainAway or RouteRefusal.ExitAway or RouteRefusal.Busy ? SoonMs : 0);

    public static RouteEnded Push(Protocol.Identity.ChannelId lockId, RouteRefusal refusal, ulong stepBytes) =>
        new(lockId, Of(refusal), TextOf(refusal, stepBytes));

    public static RefusalReason Of(RouteRefusal refusal) => refusal switch
    {
        RouteRefusal.NoProxy => RefusalReason.NoProxy,
        RouteRefusal.UnknownExit => RefusalReason.UnknownExit,
        RouteRefusal.ExitAway => RefusalReason.ProviderAway,
        RouteRefusal.ExitWithoutSlots => RefusalReason.ExitWithoutSlots,
        RouteRefusal.LackOfFunds => RefusalReason.LackOfFunds,
        RouteRefusal.DepositMissing => RefusalReason.DepositMissing,
        RouteRefusal.PriceAboveLimit => RefusalReason.PriceAboveLimit,
        RouteRefusal.ToleranceAboveLimit => RefusalReason.ToleranceAboveLimit,
        RouteRefusal.CapacityNotInSteps or RouteRefusal.CapacityOutsideOffer => RefusalReason.CapacityOutsideOffer,
        RouteRefusal.AboveChannelCap => RefusalReason.AboveChannelCap,
        RouteRefusal.MonthlyCapReached => RefusalReason.MonthlyCapReached,
        RouteRefusal.Draining => RefusalReason.Draining,
        RouteRefusal.Blacklisted or RouteRefusal.ExitDisputed => RefusalReason.Blacklisted,
        RouteRefusal.SaltUsed => RefusalReason.SaltUsed,
        RouteRefusal.Busy or RouteRefusal.ChainAway or RouteRefusal.PoolsUnsettled => RefusalReason.ProxyBusy,
        RouteRefusal.OutboxFull => RefusalReason.OutboxFull,
        RouteRefusal.PoolEnded => RefusalReason.PoolEnded,
        RouteRefusal.LockEnded => RefusalReason.WrongPhase,
        RouteRefusal.DepositTooSmall => RefusalReason.DepositTooSmall,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "The gateway protocol has no word for this refusal."),
    };

    private static string TextOf(RouteRefusal refusal, ulong stepBytes) => refusal switch
    {
        RouteRefusal.NoProxy => "this gateway's operator serves no routes; connect to the gateway of one that does",
        RouteRefusal.UnknownExit => "no such exit is known here, or none costs as little as you pay; name another one, or raise your price",
        RouteRefusal.ExitAway => "the exit is not there or did not answer; ask again, or name another one",
        RouteRefusal.ExitWithoutSlots => "all of the exit's slots are taken; name another one",
        RouteRefusal.LackOfFunds => "the proxy's account does not hold what its channel to the exit takes; ask another proxy, or come again later",
        RouteRefusal.DepositMissing => "your account does not hold the lock's deposit, 110 % of the price; ask for less, or get tokens first",
        RouteRefusal.PriceAboveLimit => "the exit costs more than you, or the proxy, would pay; raise your price, or name another exit",
        RouteRefusal.ToleranceAboveLimit => "the tolerance is above what may be agreed; ask with a lower one",
        RouteRefusal.CapacityNotInSteps => $"the capacity must be a multiple of the proxy's route step, {stepBytes} bytes; ask with such a one",
        RouteRefusal.CapacityOutsideOffer => "the exit offers no channel of the size that the proxy opens; name another one",
        RouteRefusal.AboveChannelCap => "the proxy's channel to the exit is as large as the exit allows, and used up; name another exit",
        RouteRefusal.MonthlyCapReached => "the exit may not serve as much more this month; name another one",
        RouteRefusal.Draining => "the exit takes nothing new at present; name another one",
        RouteRefusal.Blacklisted => "you, the exit or the proxy blacklisted one of the others; name another exit, or ask another proxy",
        RouteRefusal.SaltUsed => "the salt names a lock of another route; ask with another salt",
        RouteRefusal.Busy => "the proxy has as many routes to this exit as it takes; name another exit, or ask again later",
        RouteRefusal.OutboxFull => "the silo's outbox is full; ask again in a moment",
        RouteRefusal.PoolEnded => "the proxy's channel to the exit ended; ask for the route again, or close the lock",
        RouteRefusal.LockEnded => "the lock closes or is over; ask for a new route with another salt",
        RouteRefusal.DepositTooSmall => "the lock's deposit is below the least for which this operator sends transactions; ask for more bytes",
        RouteRefusal.ExitDisputed => "the exit claimed more of this proxy than it was owed, and gets no other channel of it; name another exit, or ask another proxy",
        RouteRefusal.PoolsUnsettled => "the proxy's last channels to the exit are not settled yet; name another exit, or ask again when their challenge period is over",
        RouteRefusal.ChainAway => "the chain does not answer at present; ask again in a moment",
        _ => "the proxy takes no such route",
    };
}
