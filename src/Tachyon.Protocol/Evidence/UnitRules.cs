using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>The rules of a single unit, free of any ledger's history (protocol, Units).</summary>
public static class UnitRules
{
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
    /// Checks the crossing rules: at most one checkpoint per unit, and at checkpoint k a counter unit of at least (k − 1) × 5 MB.
    /// </summary>
    public static UnitFault CheckCrossing(ulong previousBytes, ulong newBytes, ulong counterUnitBytes)
    {
        ulong from = ByteCounts.CheckpointOf(previousBytes);
        ulong to = ByteCounts.CheckpointOf(newBytes);
        if (to <= from)
        {
            return UnitFault.None;
        }

        if (to > from + 1)
        {
            return UnitFault.CrossesTwoCheckpoints;
        }

        return counterUnitBytes < (to - 1) * ProtocolConstants.CheckpointBytes
            ? UnitFault.CounterUnitTooLow
            : UnitFault.None;
    }

    /// <summary>The greatest count in whole KB that a unit may state by the crossing rules.</summary>
    public static ulong CrossingLimit(ulong previousBytes, ulong counterUnitBytes)
    {
        ulong checkpoint = ByteCounts.CheckpointOf(previousBytes);
        ulong reachable = counterUnitBytes >= checkpoint * ProtocolConstants.CheckpointBytes ? checkpoint + 2 : checkpoint + 1;
        return (reachable * ProtocolConstants.CheckpointBytes) - ProtocolConstants.BytesPerKB;
    }
}
