using Tachyon.Protocol.Amounts;

namespace Tachyon.Protocol.Evidence;

/// <summary>A consumer's own count and what it conceded as lost, with the limit on what it may sign (protocol, Units).</summary>
internal sealed class ConsumerMeter
{
    private readonly ulong _allowancePerCheckpointBytes;
    private ConsumerCounts _counts;

    internal ConsumerMeter(uint tolerancePpm, ConsumerCounts counts)
    {
        _allowancePerCheckpointBytes = ByteCounts.AllowancePerCheckpoint(tolerancePpm);
        _counts = counts;
    }

    internal ConsumerCounts Counts
    {
        get => _counts;
        set => _counts = value;
    }

    /// <summary>
    /// What the consumer owes by its own count and its concessions, in whole KB. Never more than it may sign, or there would always be a
    /// rest to sign for once all is conceded that can be.
    /// </summary>
    internal ulong OwedBytes => Math.Min(ByteCounts.RoundUpToKB(Unrounded), SigningLimitBytes);

    /// <summary>No unit exceeds own count + allowances so used + 5 MB.</summary>
    internal ulong SigningLimitBytes => ByteCounts.RoundDownToKB(
        _counts.OwnCountBytes + _counts.AllowanceConcededBytes + ProtocolConstants.MaxSignAheadBytes);

    private ulong Unrounded => _counts.OwnCountBytes + _counts.AllowanceConcededBytes + _counts.AheadConcededBytes;

    internal void Count(int payloadBytes) =>
        _counts = _counts with { OwnCountBytes = checked(_counts.OwnCountBytes + (ulong)payloadBytes) };

    /// <summary>What a unit would state that is ahead of use by <paramref name="aheadBytes"/>, within the limit.</summary>
    internal ulong OwedAheadBytes(ulong aheadBytes)
    {
        ulong ahead = Math.Min(aheadBytes, ProtocolConstants.MaxSignAheadBytes - _counts.AheadConcededBytes);
        return Math.Min(ByteCounts.RoundUpToKB(Unrounded + ahead), SigningLimitBytes);
    }

    /// <summary>
    /// The counts where a forgotten own unit comes to light: at least what it states less the most that it may have been
    /// ahead. Without that nothing could be signed, and so nothing used, until the old count has caught up.
    /// </summary>
    internal ConsumerCounts Recalling(ulong statedBytes)
    {
        ulong leastUsed = statedBytes > ProtocolConstants.MaxSignAheadBytes ? statedBytes - ProtocolConstants.MaxSignAheadBytes : 0;
        return _counts with { OwnCountBytes = Math.Max(_counts.OwnCountBytes, leastUsed) };
    }

    /// <summary>What the consumer would owe after another payload, in whole KB.</summary>
    internal ulong OwedAfter(int payloadBytes) => ByteCounts.RoundUpToKB(Unrounded + (ulong)payloadBytes);

    /// <summary>
    /// Concedes what the provider states and this side did not count: first out of the current checkpoint's allowance, then
    /// out of the one checkpoint of sign-ahead, and no more than these hold. What is left over stays missing. Where it would
    /// take half of the credit or more there is too little left to serve on, and nothing is conceded.
    /// </summary>
    /// <returns>Whether the provider can serve on.</returns>
    internal bool TryConcede(ulong statedBytes, ulong creditBytes)
    {
        ulong gap = statedBytes > _counts.OwnCountBytes ? statedBytes - _counts.OwnCountBytes : 0;
        if (gap <= _counts.AllowanceConcededBytes)
        {
            // What was late at an earlier statement has arrived and is counted, so it is conceded no longer.
            _counts = _counts with { AheadConcededBytes = 0 };
            return true;
        }

        ulong checkpoint = ByteCounts.CheckpointOf(_counts.OwnCountBytes);
        ulong used = checkpoint == _counts.AllowanceCheckpoint ? _counts.AllowanceUsedBytes : 0;
        ulong needed = gap - _counts.AllowanceConcededBytes;
        ulong fromAllowance = Math.Min(needed, _allowancePerCheckpointBytes - used);
        ulong fromAhead = Math.Min(needed - fromAllowance, ProtocolConstants.MaxSignAheadBytes);
        if (needed - fromAllowance - fromAhead >= creditBytes / 2)
        {
            return false;
        }

        _counts = new ConsumerCounts(
            _counts.OwnCountBytes,
            _counts.AllowanceConcededBytes + fromAllowance,
            fromAhead,
            checkpoint,
            used + fromAllowance);
        return true;
    }
}
