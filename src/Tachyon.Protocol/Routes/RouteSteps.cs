namespace Tachyon.Protocol.Routes;

/// <summary>
/// The steps in which a lock shows amounts on chain, so that per-route numbers do not match settlements to the KB
/// (protocol, Routes, 8). The capacity itself is shown when the lock is opened, so that it gives nothing away again.
/// </summary>
public static class RouteSteps
{
    /// <summary>Whether a count may be shown on chain.</summary>
    public static bool IsStep(ulong bytes, ulong stepBytes, ulong capacityBytes) => bytes == capacityBytes || bytes % stepBytes == 0;

    /// <summary>The count to sign up to before a route ends: the next step, within the capacity.</summary>
    public static ulong RoundUp(ulong bytes, ulong stepBytes, ulong capacityBytes)
    {
        ulong rest = bytes % stepBytes;
        return Math.Min(capacityBytes, rest == 0 ? bytes : checked(bytes - rest + stepBytes));
    }

    /// <summary>The most that a unit may state without passing a step that no unit has stated yet: those are what can be claimed.</summary>
    public static ulong LimitAfter(ulong previousBytes, ulong stepBytes) => checked(previousBytes - (previousBytes % stepBytes) + stepBytes);
}
