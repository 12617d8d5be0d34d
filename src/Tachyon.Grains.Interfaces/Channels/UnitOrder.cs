namespace Tachyon.Grains;

/// <summary>Which of two units of one signer and channel is the better evidence.</summary>
public static class UnitOrder
{
    /// <summary>
    /// Whether a unit is better evidence than another. Bytes decide, as on chain (protocol, Settlement). If the index did, a
    /// consumer could sign a high index with few bytes, and every later unit that it owes money by would be turned away.
    /// </summary>
    public static bool Supersedes(UsageUnit stated, UsageUnit known)
    {
        ArgumentNullException.ThrowIfNull(stated);
        ArgumentNullException.ThrowIfNull(known);
        return stated.BytesUsed > known.BytesUsed || (stated.BytesUsed == known.BytesUsed && stated.Index > known.Index);
    }

    /// <summary>The better one; null only when both are.</summary>
    public static SignedUnit? Newest(SignedUnit? one, SignedUnit? other) =>
        one is null || (other is not null && Supersedes(other.Unit, one.Unit)) ? other : one;
}
