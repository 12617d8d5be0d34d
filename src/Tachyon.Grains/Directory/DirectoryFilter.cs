using Tachyon.Protocol.Matching;

namespace Tachyon.Grains.Directory;

/// <summary>Whether a live provider fits what a consumer looks for, by the protocol's own filter. Pure.</summary>
internal static class DirectoryFilter
{
    /// <summary>True when it fits.</summary>
    internal static bool Fits(DirectoryEntry entry, DirectoryQuery query, ulong nowMs)
    {
        ProviderOffer offer = entry.Offer;
        var candidate = new Protocol.Matching.ProviderOffer(
            entry.Provider,
            offer.Endpoint,
            offer.PricePerMB,
            offer.ToleranceLimitPpm,
            entry.FreeSlots,
            offer.MaxCapacityBytes == 0 ? ProtocolConstants.MaxCapacityBytes : offer.MaxCapacityBytes,
            entry.LiveUntilMs);
        var limits = new MatchLimits(query.CapacityBytes, query.MaxPricePerMB ?? TokenAmount.MaxPrice, query.TolerancePpm);

        // The consumer is among the excluded, so the filter's own check of it has nothing left to do.
        MatchRefusal refusal = MatchFilter.Check(Address.Zero, limits, candidate, nowMs, (_, provider) => query.Excluded.Contains(provider));
        return refusal == MatchRefusal.None && (query.CapacityBytes == 0 || query.CapacityBytes >= offer.MinCapacityBytes);
    }
}
