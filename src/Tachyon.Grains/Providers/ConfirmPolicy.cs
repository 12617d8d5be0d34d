namespace Tachyon.Grains.Providers;

/// <summary>Whether a provider's own limits allow it to confirm a channel. Pure.</summary>
internal static class ConfirmPolicy
{
    /// <summary>The first reason against it; <see cref="RelayRefusal.None"/> when there is none.</summary>
    internal static RelayRefusal Check(ProviderRecord record, ChannelView view, ulong nowSeconds)
    {
        if (record.Draining)
        {
            return RelayRefusal.Draining;
        }

        if (nowSeconds >= view.ConfirmBeforeSeconds)
        {
            return RelayRefusal.ConfirmTimePassed;
        }

        if (record.Offer is { } offer && CheckOffer(offer, view.Terms) is var outside and not RelayRefusal.None)
        {
            return outside;
        }

        bool needsSlot = view.Terms.Kind == ChannelKind.Direct
            && ProviderSlots.Find(record, view.ChannelId)?.Slot is not (SlotState.Reserved or SlotState.Taken);
        return needsSlot && ProviderSlots.Free(record) == 0 ? RelayRefusal.SlotsFull : RelayRefusal.None;
    }

    private static RelayRefusal CheckOffer(ProviderOffer offer, Terms terms)
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
        return tooLarge || terms.CapacityBytes < offer.MinCapacityBytes ? RelayRefusal.CapacityOutsideOffer : RelayRefusal.None;
    }
}
