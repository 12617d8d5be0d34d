namespace Tachyon.Protocol.Amounts;

/// <summary>Arithmetic of byte counts: whole KB, checkpoints, allowances and credit (protocol, Units).</summary>
public static class ByteCounts
{
    /// <summary>Rounds up to whole KB. Applied once, to the sum of a channel's bytes.</summary>
    public static ulong RoundUpToKB(ulong bytes)
    {
        ulong rest = bytes % ProtocolConstants.BytesPerKB;
        return rest == 0 ? bytes : checked(bytes + (ProtocolConstants.BytesPerKB - rest));
    }

    /// <summary>Rounds down to whole KB.</summary>
    public static ulong RoundDownToKB(ulong bytes) => bytes - (bytes % ProtocolConstants.BytesPerKB);

    /// <summary>Whether a count is stated in whole KB.</summary>
    public static bool IsWholeKB(ulong bytes) => bytes % ProtocolConstants.BytesPerKB == 0;

    /// <summary>The number of checkpoints that a count has reached: floor(bytes / 5 MB).</summary>
    public static ulong CheckpointOf(ulong bytes) => bytes / ProtocolConstants.CheckpointBytes;

    /// <summary>What may be lost within one checkpoint: ceil(5 MB × tolerance), in bytes.</summary>
    public static ulong AllowancePerCheckpoint(uint tolerancePpm) =>
        CeilPpm(ProtocolConstants.CheckpointBytes, tolerancePpm);

    /// <summary>ceil(bytes × ppm / 10^6) for counts up to one checkpoint and tolerances up to 100 %.</summary>
    internal static ulong CeilPpm(ulong bytes, uint ppm) =>
        ((bytes * ppm) + (ProtocolConstants.PartsPerMillion - 1)) / ProtocolConstants.PartsPerMillion;

    /// <summary>min(5 MB, max(256 KB, agreed so far)): nobody is trusted with more than was already earned.</summary>
    public static ulong CreditFor(ulong agreedBytes) =>
        Math.Min(ProtocolConstants.MaxCreditBytes, Math.Max(ProtocolConstants.InitialCreditBytes, agreedBytes));
}
