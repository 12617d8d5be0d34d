namespace Tachyon.Grains.Directory;

/// <summary>
/// What a consumer looks for, in the numbers that the directory compares: the protocol's filter (protocol, Identity and
/// matching), and the same for many providers at once.
/// </summary>
internal readonly struct DirectoryFilter(DirectoryQuery query, ulong nowMs)
{
    private readonly UInt128 _maxPricePerMB = query.MaxPricePerMB is { } price ? ListedProvider.ToPrice(price) : UInt128.MaxValue;
    private readonly ulong _capacityBytes = query.CapacityBytes;
    private readonly uint _tolerancePpm = query.TolerancePpm;

    // One as a rule, thousands for a node that blacklisted, or was blacklisted by, as many.
    private readonly HashSet<Address>? _excludedMany = query.Excluded.Length > 8 ? [.. query.Excluded] : null;
    private readonly Address[] _excluded = query.Excluded;

    /// <summary>True when the provider fits.</summary>
    internal bool Fits(in ListedProvider provider) =>
        provider.FreeSlots > 0
        && provider.LiveUntilMs > nowMs
        && MayFit(new OfferBounds(provider))
        && !IsExcluded(provider.Provider);

    /// <summary>False when nobody within the bounds can fit.</summary>
    internal bool MayFit(in OfferBounds bounds) =>
        bounds.LowestPricePerMB <= _maxPricePerMB
        && bounds.HighestToleranceLimitPpm >= _tolerancePpm
        && bounds.LargestCapacityBytes >= _capacityBytes
        && (_capacityBytes == 0 || bounds.SmallestCapacityBytes <= _capacityBytes)
        && bounds.AnyFree;

    private bool IsExcluded(Address provider) => _excludedMany?.Contains(provider) ?? Array.IndexOf(_excluded, provider) >= 0;
}
