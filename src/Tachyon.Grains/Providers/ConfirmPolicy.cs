namespace Tachyon.Grains.Providers;

/// <summary>Whether a provider's own limits allow it to take a channel. Pure.</summary>
internal static class ConfirmPolicy
{
    /// <summary>The first reason against confirming; <see cref="RelayRefusal.None"/> when there is none.</summary>
    internal static RelayRefusal Check(ProviderRecord record, ChannelView view, ulong nowSeconds, TokenAmount leastDeposit)
    {
        if (record.Draining)
        {
            return RelayRefusal.Draining;
        }

        return nowSeconds >= view.ConfirmBeforeSeconds
            ? RelayRefusal.ConfirmTimePassed
            : Check(record, view.ChannelId, view.Terms, view.CapacityBytes, leastDeposit);
    }

    /// <summary>The first reason against accepting terms that are not opened yet.</summary>
    internal static RelayRefusal Check(ProviderRecord record, ChannelId channel, Terms terms, TokenAmount leastDeposit) =>
        record.Draining ? RelayRefusal.Draining : Check(record, channel, terms, terms.CapacityBytes, leastDeposit);

    private static RelayRefusal Check(
        ProviderRecord record, ChannelId channel, Terms terms, ulong capacityBytes, TokenAmount leastDeposit)
    {
        if (terms.Deposit(capacityBytes) < leastDeposit)
        {
            return RelayRefusal.DepositTooSmall;
        }

        if (record.Offer is { } offer && CheckOffer(offer, terms, capacityBytes) is var outside and not RelayRefusal.None)
        {
            return outside;
        }

        if (terms.Kind != ChannelKind.Direct)
        {
            // A proxy's locks take no slots, and it serves nothing on them itself.
            return RelayRefusal.None;
        }

        if (capacityBytes > ProviderUsage.MonthBytesFree(record, channel))
        {
            return RelayRefusal.MonthlyCapReached;
        }

        bool needsSlot = ProviderSlots.Find(record, channel) is not { } known || !ProviderSlots.HoldsSlot(known);
        return needsSlot && ProviderSlots.Free(record) == 0 ? RelayRefusal.SlotsFull : RelayRefusal.None;
    }

    private static RelayRefusal CheckOffer(ProviderOffer offer, Terms terms, ulong capacityBytes)
    {
        if (terms.PricePerMB < offer.PricePerMB)
        {
            return RelayRefusal.PriceBelowFloor;
        }

        if (terms.TolerancePpm > offer.ToleranceLimitPpm)
        {
            return RelayRefusal.ToleranceAboveLimit;
        }

        bool tooLarge = offer.MaxCapacityBytes != 0 && terms.CapacityBytes > offer.MaxCapacityBytes;
        if (tooLarge || terms.CapacityBytes < offer.MinCapacityBytes)
        {
            return RelayRefusal.CapacityOutsideOffer;
        }

        return offer.ChannelCapBytes != 0 && capacityBytes > offer.ChannelCapBytes ? RelayRefusal.AboveChannelCap : RelayRefusal.None;
    }
}
