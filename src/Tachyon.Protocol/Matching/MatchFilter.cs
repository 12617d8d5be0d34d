using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Matching;

/// <summary>Why an offer is no candidate for a consumer.</summary>
public enum MatchRefusal
{
    /// <summary>No refusal: the offer is a candidate.</summary>
    None = 0,

    /// <summary>The offer is the consumer's own.</summary>
    Self = 1,

    /// <summary>The provider's heartbeat has expired.</summary>
    NotAlive = 2,

    /// <summary>All of its slots are taken.</summary>
    NoFreeSlot = 3,

    /// <summary>Its price is above what the consumer pays.</summary>
    PriceTooHigh = 4,

    /// <summary>The consumer's tolerance is above what the provider accepts.</summary>
    ToleranceTooHigh = 5,

    /// <summary>The capacity that the consumer wants is above what the provider accepts.</summary>
    CapacityTooLarge = 6,

    /// <summary>One of the two has blacklisted the other.</summary>
    Blacklisted = 7,
}

/// <summary>Filters candidates before they are ranked (protocol, Identity and matching).</summary>
public static class MatchFilter
{
    /// <summary>Whether an offer is a candidate, and if not, why.</summary>
    /// <param name="consumer">The consumer that asks.</param>
    /// <param name="limits">What it asks for.</param>
    /// <param name="offer">The offer to judge.</param>
    /// <param name="nowMs">Unix time in milliseconds.</param>
    /// <param name="isBlacklisted">Whether consumer and provider may not meet, whichever of the two said so.</param>
    public static MatchRefusal Check(
        Address consumer, MatchLimits limits, ProviderOffer offer, ulong nowMs, Func<Address, Address, bool> isBlacklisted)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(isBlacklisted);

        if (offer.Provider == consumer)
        {
            return MatchRefusal.Self;
        }

        if (offer.AliveUntilMs <= nowMs)
        {
            return MatchRefusal.NotAlive;
        }

        if (offer.FreeSlots <= 0)
        {
            return MatchRefusal.NoFreeSlot;
        }

        if (offer.PricePerMB > limits.MaxPricePerMB)
        {
            return MatchRefusal.PriceTooHigh;
        }

        if (offer.TolerancePpm < limits.TolerancePpm)
        {
            return MatchRefusal.ToleranceTooHigh;
        }

        if (offer.MaxCapacityBytes < limits.CapacityBytes)
        {
            return MatchRefusal.CapacityTooLarge;
        }

        return isBlacklisted(consumer, offer.Provider) ? MatchRefusal.Blacklisted : MatchRefusal.None;
    }
}
