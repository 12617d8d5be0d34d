using Tachyon.Protocol.Routes;

namespace Tachyon.Protocol.Evidence;

/// <content>A lock's units stop at every route step, and reach the next one before a route ends (protocol, Routes, 8).</content>
public sealed partial class ConsumerLedger
{
    private bool _stepWanted;

    /// <summary>
    /// The route step of a lock, in bytes; 0 for a direct channel. Units then state every step exactly on their way, so that
    /// there is one to show on chain for each.
    /// </summary>
    public ulong RouteStepBytes { get; init; }

    /// <summary>Whether the newest unit states a route step, so that the lock may be closed at it.</summary>
    public bool IsAtStep => IsStep(_chain.OwnBytes);

    /// <summary>Whether a count may be shown on chain: on a lock a route step or the whole capacity.</summary>
    public bool IsStep(ulong bytes) => RouteStepBytes == 0 || RouteSteps.IsStep(bytes, RouteStepBytes, CapacityBytes);

    /// <summary>
    /// Asks for units up to the next route step, as before a route ends. That part is exempt from the limits on signing ahead and on
    /// how far a unit is past the counter unit that it names: it is the price of amounts on chain that tell nothing.
    /// </summary>
    public void WantStep() => _stepWanted = RouteStepBytes > 0;

    /// <summary>
    /// The least step at which a lock may close by what was used, where that is less than the step to which its own units lead; null where it
    /// is not. Only the proxy knows whether it promised more to exits, so that this is for asking and not for signing. Where a
    /// route never began it is 0.
    /// </summary>
    /// <param name="paidBytes">What claims have paid for.</param>
    public ulong? LesserStep(ulong paidBytes)
    {
        if (RouteStepBytes == 0 || Phase != LedgerPhase.Serving)
        {
            return null;
        }

        ulong used = Math.Max(Math.Max(OwedBytes, paidBytes), _chain.Peer?.Unit.BytesUsed ?? 0);
        ulong least = RouteSteps.RoundUp(used, RouteStepBytes, CapacityBytes);
        return least < StepAheadBytes ? least : null;
    }

    /// <summary>What a lock would pay for that nobody used, were it closed at the step to which its own units lead; 0 for a direct channel.</summary>
    public ulong UnusedAtStepBytes => RouteStepBytes == 0 ? 0 : StepAheadBytes - OwedBytes;

    private ulong StepAheadBytes => RouteSteps.RoundUp(Math.Max(_chain.OwnBytes, OwedBytes), RouteStepBytes, CapacityBytes);

    // Signed at once, however little it adds: nothing can be signed ahead beyond a step before one unit has stated it.
    private bool IsHeldAtStep(ulong targetBytes) => RouteStepBytes > 0 && targetBytes % RouteStepBytes == 0;

    private ulong StepTargetBytes(ulong targetBytes)
    {
        if (RouteStepBytes == 0)
        {
            return targetBytes;
        }

        ulong wanted = _stepWanted
            ? Math.Max(targetBytes, StepAheadBytes)
            : targetBytes;
        return Math.Min(wanted, RouteSteps.LimitAfter(_chain.OwnBytes, RouteStepBytes));
    }
}
