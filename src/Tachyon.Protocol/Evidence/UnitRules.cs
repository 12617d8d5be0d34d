using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>The rules of a single unit, free of any ledger's history (protocol, Units).</summary>
public static class UnitRules
{
    /// <summary>
    /// How many checkpoints a consumer's units may be past that of the counter unit they name. One would hold a path to a
    /// checkpoint per round trip: 25 MB/s at 200 ms.
    /// </summary>
    public const ulong UnansweredCheckpoints = 2;

    /// <summary>Checks what can be told from a unit alone. The signature is not looked at.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="terms">The channel's terms.</param>
    /// <param name="channelId">The channel's id.</param>
    /// <param name="capacityBytes">The capacity with all top-ups seen.</param>
    /// <param name="nowMs">The receiver's clock, Unix milliseconds.</param>
    public static UnitFault CheckForm(UsageUnit unit, Terms terms, ChannelId channelId, ulong capacityBytes, ulong nowMs)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(terms);

        if (unit.ChannelId != channelId)
        {
            return UnitFault.WrongChannel;
        }

        if (unit.Consumer != terms.Consumer || unit.Provider != terms.Provider)
        {
            return UnitFault.WrongParties;
        }

        if (unit.Index == 0)
        {
            return UnitFault.IndexZero;
        }

        if (!ByteCounts.IsWholeKB(unit.BytesUsed))
        {
            return UnitFault.NotWholeKB;
        }

        if (unit.BytesUsed > capacityBytes)
        {
            return UnitFault.AboveCapacity;
        }

        return unit.TimestampMs > nowMs && unit.TimestampMs - nowMs > ProtocolConstants.MaxTimestampAheadMs
            ? UnitFault.TimestampAhead
            : UnitFault.None;
    }

    /// <summary>
    /// Checks the crossing rules of a consumer's unit: at most one checkpoint per unit, of those that did not arrive as well,
    /// and at checkpoint k a counter unit of at least (k − 2) × 5 MB.
    /// </summary>
    /// <param name="previous">The newest of its signer's units before it that is known; null for none.</param>
    /// <param name="unit">The unit, of a higher index.</param>
    /// <param name="counterUnitBytes">What the counter unit that it names states; zero where it names none.</param>
    public static UnitFault CheckCrossing(UsageUnit? previous, UsageUnit unit, ulong counterUnitBytes)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ulong from = ByteCounts.CheckpointOf(previous?.BytesUsed ?? 0);
        ulong to = ByteCounts.CheckpointOf(unit.BytesUsed);
        if (to <= from)
        {
            return UnitFault.None;
        }

        // A unit can be lost with its connection, or be overtaken by a newer one before it leaves.
        ulong units = unit.Index - (previous?.Index ?? 0);
        if (to - from > units)
        {
            return UnitFault.CrossesTwoCheckpoints;
        }

        return to > ByteCounts.CheckpointOf(counterUnitBytes) + UnansweredCheckpoints
            ? UnitFault.CounterUnitTooLow
            : UnitFault.None;
    }

    /// <summary>The greatest count in whole KB that a consumer's next unit may state by the crossing rules.</summary>
    /// <param name="previousBytes">What its newest unit states.</param>
    /// <param name="counterUnitBytes">What the counter unit states that the next one names.</param>
    public static ulong CrossingLimit(ulong previousBytes, ulong counterUnitBytes)
    {
        ulong checkpoint = ByteCounts.CheckpointOf(previousBytes);
        ulong reachable = ByteCounts.CheckpointOf(counterUnitBytes) + UnansweredCheckpoints > checkpoint ? checkpoint + 1 : checkpoint;
        return ((reachable + 1) * ProtocolConstants.CheckpointBytes) - ProtocolConstants.BytesPerKB;
    }
}
