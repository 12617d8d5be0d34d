namespace Tachyon.Grains.Directory;

/// <summary>The best of each number that a group of providers offers, those without a free slot left out; and when the first of all expires.</summary>
internal readonly record struct OfferBounds
{
    /// <summary>Of one provider.</summary>
    internal OfferBounds(in ListedProvider provider)
    {
        FirstExpiryMs = provider.LiveUntilMs;
        AnyFree = provider.FreeSlots > 0;
        LowestPricePerMB = AnyFree ? provider.PricePerMB : UInt128.MaxValue;
        SmallestCapacityBytes = AnyFree ? provider.MinCapacityBytes : ulong.MaxValue;
        LargestCapacityBytes = AnyFree ? provider.MaxCapacityBytes : 0;
        HighestToleranceLimitPpm = AnyFree ? provider.ToleranceLimitPpm : 0;
    }

    /// <summary>Of two groups together.</summary>
    internal OfferBounds(in OfferBounds left, in OfferBounds right)
    {
        FirstExpiryMs = Math.Min(left.FirstExpiryMs, right.FirstExpiryMs);
        AnyFree = left.AnyFree || right.AnyFree;
        LowestPricePerMB = UInt128.Min(left.LowestPricePerMB, right.LowestPricePerMB);
        SmallestCapacityBytes = Math.Min(left.SmallestCapacityBytes, right.SmallestCapacityBytes);
        LargestCapacityBytes = Math.Max(left.LargestCapacityBytes, right.LargestCapacityBytes);
        HighestToleranceLimitPpm = Math.Max(left.HighestToleranceLimitPpm, right.HighestToleranceLimitPpm);
    }

    internal UInt128 LowestPricePerMB { get; }

    internal ulong SmallestCapacityBytes { get; }

    internal ulong LargestCapacityBytes { get; }

    /// <summary>Unix milliseconds.</summary>
    internal ulong FirstExpiryMs { get; }

    internal uint HighestToleranceLimitPpm { get; }

    internal bool AnyFree { get; }
}
