namespace Tachyon.Protocol.Evidence;

/// <summary>How far a consumer signs ahead of use: no further than a long path needs to stay full (protocol, Units).</summary>
public static class SignAhead
{
    private const ulong StepMs = 20;
    private const ulong MaxStepBytes = ProtocolConstants.CheckpointBytes;

    /// <summary>
    /// How far units lie apart: 1 MB, or what is used in 20 ms where that is more, up to a checkpoint. What lies beyond 1 MB is signed ahead
    /// of use, so that never more than that was used and is not signed for. Never more than was agreed so far.
    /// </summary>
    /// <param name="bytesPerSecond">The connection's present rate.</param>
    /// <param name="agreedBytes">The count that both sides have signed.</param>
    public static ulong StepBytes(ulong bytesPerSecond, ulong agreedBytes) => Math.Clamp(
        Math.Min((ulong)((UInt128)bytesPerSecond * StepMs / 1_000), agreedBytes), ProtocolConstants.UnitIntervalBytes, MaxStepBytes);

    /// <summary>
    /// What twice the bytes in flight need beyond the provider's credit. Never more than was agreed so far, so that a
    /// provider is trusted with no more than it has earned, and never more than one checkpoint.
    /// </summary>
    /// <param name="bytesPerSecond">The connection's present rate.</param>
    /// <param name="roundTripMs">Its round trip in milliseconds.</param>
    /// <param name="agreedBytes">The count that both sides have signed.</param>
    /// <param name="creditBytes">The provider's credit.</param>
    public static ulong BytesFor(ulong bytesPerSecond, ulong roundTripMs, ulong agreedBytes, ulong creditBytes)
    {
        UInt128 wanted = (UInt128)2 * bytesPerSecond * roundTripMs / 1_000;
        UInt128 beyondCredit = wanted > creditBytes ? wanted - creditBytes : 0;
        return Math.Min((ulong)UInt128.Min(beyondCredit, ProtocolConstants.MaxSignAheadBytes), agreedBytes);
    }
}
