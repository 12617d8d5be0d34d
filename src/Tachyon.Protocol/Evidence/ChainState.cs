using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>The part of a ledger's state that both sides have: the chain of evidence, stored.</summary>
/// <param name="CapacityBytes">The capacity with all top-ups seen.</param>
/// <param name="Phase">How far this side's part has come.</param>
/// <param name="Own">The newest own unit.</param>
/// <param name="Peer">The newest unit of the other side.</param>
/// <param name="CounterUnit">hashStruct of what the next own unit names, or zero.</param>
/// <param name="CounterUnitBytes">The count of that unit.</param>
/// <param name="AnsweredIndex">The index of the newest own unit that the other side has named, or 0.</param>
/// <param name="AnsweredTimestampMs">The timestamp of that unit, or 0.</param>
/// <param name="Closure">The closure that this side signed.</param>
/// <param name="Contradiction">The contradiction that the other side was caught in.</param>
/// <param name="Sent">The own units that the other side may still name, oldest first.</param>
public sealed record ChainState(
    ulong CapacityBytes,
    LedgerPhase Phase,
    SignedUnit? Own,
    SignedUnit? Peer,
    Bytes32 CounterUnit,
    ulong CounterUnitBytes,
    ulong AnsweredIndex,
    ulong AnsweredTimestampMs,
    SignedClosure? Closure,
    Contradiction? Contradiction,
    IReadOnlyList<SentUnit> Sent)
{
    /// <summary>The state of a channel on which nothing was signed.</summary>
    public static ChainState New(ulong capacityBytes) =>
        new(capacityBytes, LedgerPhase.Serving, null, null, default, 0, 0, 0, null, null, []);
}
