using Tachyon.Protocol.Amounts;

namespace Tachyon.Protocol.Evidence;

/// <summary>A provider's own count, what it wrote off as lost, and what is missing of it (protocol, Units).</summary>
internal sealed class ProviderMeter
{
    private readonly ulong _allowancePerCheckpointBytes;
    private ProviderCounts _counts;

    internal ProviderMeter(uint tolerancePpm, ProviderCounts counts)
    {
        _allowancePerCheckpointBytes = ByteCounts.AllowancePerCheckpoint(tolerancePpm);
        _counts = counts;
    }

    internal ProviderCounts Counts
    {
        get => _counts;
        set => _counts = value;
    }

    /// <summary>The own count less what was written off: what the provider states.</summary>
    internal ulong StatedBytes => _counts.OwnCountBytes - _counts.WrittenOffBytes;

    /// <summary>Own count less write-offs less the newest consumer unit. Negative where the consumer signed ahead.</summary>
    internal long MissingBytes(ulong consumerBytes) => (long)StatedBytes - (long)consumerBytes;

    /// <summary>
    /// Counts a payload if missing then stays within the credit, if need be after writing off what that takes out of the
    /// checkpoint's allowance.
    /// </summary>
    internal bool TryCount(int payloadBytes, ulong consumerBytes, ulong creditBytes)
    {
        long excess = MissingBytes(consumerBytes) + payloadBytes - (long)creditBytes;
        if (excess > (long)AllowanceLeftBytes)
        {
            return false;
        }

        ulong writtenOff = excess > 0 ? (ulong)excess : 0;
        _counts = _counts with
        {
            OwnCountBytes = checked(_counts.OwnCountBytes + (ulong)payloadBytes),
            WrittenOffBytes = _counts.WrittenOffBytes + writtenOff,
            AllowanceUsedBytes = _counts.AllowanceUsedBytes + writtenOff,
        };
        return true;
    }

    /// <summary>
    /// The counts where a forgotten own unit comes to light: at least what it states, since the consumer signed for that.
    /// Going on from the old count would serve what was paid for once more, or close the channel at it.
    /// </summary>
    internal ProviderCounts Recalling(ulong statedBytes) =>
        StatedBytes >= statedBytes ? _counts : _counts with { OwnCountBytes = statedBytes + _counts.WrittenOffBytes };

    internal ulong AllowanceLeftBytes => _allowancePerCheckpointBytes - _counts.AllowanceUsedBytes;

    /// <summary>The counts once a consumer unit is the newest.</summary>
    /// <remarks>
    /// When it enters the next checkpoint, what stayed missing all through the last one is taken as lost, as far as that
    /// checkpoint's allowance goes; the rest of the allowance expires. Write-offs that the consumer signed for after all are
    /// undone, so that they never add up to more than is truly unsigned: nobody walks away with i of a terabyte at the end.
    /// </remarks>
    internal ProviderCounts After(ulong consumerBytes)
    {
        ProviderCounts counts = _counts;
        ulong checkpoint = ByteCounts.CheckpointOf(consumerBytes);
        bool entered = checkpoint != counts.AllowanceCheckpoint;
        if (entered)
        {
            counts = counts with
            {
                WrittenOffBytes = counts.WrittenOffBytes + Math.Min(counts.LowestMissingBytes, AllowanceLeftBytes),
                AllowanceCheckpoint = checkpoint,
                AllowanceUsedBytes = 0,
            };
        }

        ulong unsigned = counts.OwnCountBytes > consumerBytes ? counts.OwnCountBytes - consumerBytes : 0;
        ulong writtenOff = Math.Min(counts.WrittenOffBytes, unsigned);
        ulong missing = unsigned - writtenOff;
        return counts with
        {
            WrittenOffBytes = writtenOff,
            LowestMissingBytes = entered ? missing : Math.Min(counts.LowestMissingBytes, missing),
        };
    }
}
