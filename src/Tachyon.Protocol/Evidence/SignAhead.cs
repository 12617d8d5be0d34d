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
    /// How far units and counts of a route lie apart, which serves no further than what was signed ahead: 1 MB, or what is used in 20 ms
    /// where that is more, up to half of what is signed ahead, and to what is left of it beside 1 MB and what is used while a unit is on its
    /// way: so the next one has come before the last is used up.
    /// </summary>
    /// <param name="bytesPerSecond">The route's present rate.</param>
    /// <param name="roundTripMs">How long the proxy takes to answer, in milliseconds.</param>
    /// <param name="aheadBytes">How far is signed ahead at all times.</param>
    public static ulong RouteStepBytes(ulong bytesPerSecond, ulong roundTripMs, ulong aheadBytes)
    {
        UInt128 kept = ProtocolConstants.UnitIntervalBytes + ((UInt128)bytesPerSecond * roundTripMs / 1_000);
        ulong spare = kept < aheadBytes ? aheadBytes - (ulong)kept : 0;
        return Math.Max(
            ProtocolConstants.UnitIntervalBytes,
            (ulong)UInt128.Min(Math.Min(aheadBytes / 2, spare), (UInt128)bytesPerSecond * StepMs / 1_000));
    }

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
