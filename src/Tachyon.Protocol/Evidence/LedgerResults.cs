using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>Whether a payload may be forwarded and counted.</summary>
public enum PayloadDecision
{
    /// <summary>No decision.</summary>
    None = 0,

    /// <summary>Forward it.</summary>
    Forward = 1,

    /// <summary>Hold it: more would then be missing than the provider's credit allows. State the count and wait for a unit.</summary>
    PausedForCredit = 2,

    /// <summary>Hold it: the consumer is two checkpoints past the provider's newest unit. Wait for one.</summary>
    PausedForCounterUnit = 3,

    /// <summary>The channel's capacity is used up.</summary>
    AtCapacity = 4,

    /// <summary>This side serves no more on the channel.</summary>
    Ended = 5,
}

/// <summary>Why a side should leave the session. The channel stays as it is.</summary>
public enum LeaveReason
{
    /// <summary>It should not.</summary>
    None = 0,

    /// <summary>The consumer was paused for 30 s without a counter unit.</summary>
    NoCounterUnit = 1,

    /// <summary>The provider was paused for 30 s with more missing than its credit.</summary>
    TooMuchMissing = 2,

    /// <summary>The provider states more than the consumer may concede.</summary>
    ConcessionTooLarge = 3,

    /// <summary>A dispute, a closure or a contradiction has ended this side's part.</summary>
    Ended = 4,
}

/// <summary>What became of a unit of the other side.</summary>
public enum PeerUnitKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Taken: both sides agree on its count.</summary>
    Agreed = 1,

    /// <summary>Old or repeated. A provider sends its newest unit again, unchanged.</summary>
    Repeated = 2,

    /// <summary>The counts are too far apart: the provider's last unit. Only a closure or a close remains.</summary>
    Disputed = 3,

    /// <summary>Refused; nothing changed.</summary>
    Refused = 4,

    /// <summary>It contradicts an earlier one: keep the evidence and leave.</summary>
    Contradiction = 5,
}

/// <summary>What a ledger made of a unit of the other side.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Fault">Why it was refused.</param>
/// <param name="Record">What must be durable before <paramref name="Answer"/> leaves; null where nothing changed.</param>
/// <param name="Answer">The own unit to send, or null.</param>
/// <param name="Contradiction">The proof, where there is one.</param>
public readonly record struct PeerUnitOutcome(
    PeerUnitKind Kind,
    UnitFault Fault = UnitFault.None,
    LedgerRecord? Record = null,
    SignedUnit? Answer = null,
    Contradiction? Contradiction = null);

/// <summary>What a consumer should send now.</summary>
/// <param name="Unit">The unit to send, or null.</param>
/// <param name="Record">What must be durable before it leaves; null where the unit was sent before.</param>
public readonly record struct ConsumerAction(SignedUnit? Unit, LedgerRecord? Record);

/// <summary>Why a ledger does not sign a closure.</summary>
public enum ClosureFault
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>Its count is not in whole KB.</summary>
    NotWholeKB = 1,

    /// <summary>Its count is above the capacity.</summary>
    AboveCapacity = 2,

    /// <summary>Its count is above what the consumer signed or owes.</summary>
    AboveOwnCount = 3,

    /// <summary>Its count is below what the provider holds a unit for and counts as used.</summary>
    BelowOwnCount = 4,

    /// <summary>Its last second has passed.</summary>
    Expired = 5,

    /// <summary>Its last second is more than 86,400 seconds ahead.</summary>
    ValidTooLong = 6,

    /// <summary>This side signed a closure at another count.</summary>
    OtherClosureSigned = 7,

    /// <summary>Its count is below what claims have paid for: the contract takes none of those.</summary>
    BelowPaid = 8,

    /// <summary>On a lock: its count is neither a multiple of the route step nor the capacity.</summary>
    NotARouteStep = 9,
}

/// <summary>What became of a request to sign a closure.</summary>
/// <param name="Fault">Why it was refused.</param>
/// <param name="Closure">The signed closure.</param>
/// <param name="Record">What must be durable before it leaves.</param>
public readonly record struct ClosureOutcome(ClosureFault Fault, SignedClosure? Closure, LedgerRecord? Record);
