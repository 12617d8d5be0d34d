using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Matching;

/// <summary>The hash of an epoch's first block.</summary>
/// <param name="BlockNumber">The block's number, divisible by 7,200.</param>
/// <param name="Hash">The block's hash.</param>
public sealed record EpochSeed(ulong BlockNumber, Bytes32 Hash);

/// <summary>
/// The epoch seed in force and the one before it, which stays valid for an hour (protocol, Identity and matching). Before
/// block 7,200 is final none is in force: everybody knew block 0 from the start, so it makes nothing harder to foresee.
/// </summary>
/// <param name="Current">The seed in force, or null where none is.</param>
/// <param name="Previous">The seed before it.</param>
/// <param name="PreviousUntilMs">Until when the previous one is valid, Unix milliseconds.</param>
public sealed record EpochSeeds(EpochSeed? Current, EpochSeed? Previous, ulong PreviousUntilMs)
{
    /// <summary>No seed in force: the match target is the consumer's own ID.</summary>
    public static EpochSeeds None { get; } = new(null, null, 0);

    /// <summary>The number of the epoch block at or below a finalised block.</summary>
    public static ulong EpochBlockOf(ulong finalisedBlockNumber) =>
        finalisedBlockNumber - (finalisedBlockNumber % ProtocolConstants.EpochBlocks);

    /// <summary>The seeds after an epoch block was seen finalised. An older or the same block changes nothing, nor does block 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The block's number is not divisible by 7,200.</exception>
    public EpochSeeds Advance(EpochSeed seed, ulong nowMs)
    {
        ArgumentNullException.ThrowIfNull(seed);
        if (seed.BlockNumber % ProtocolConstants.EpochBlocks != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(seed), seed.BlockNumber, $"An epoch block's number is divisible by {ProtocolConstants.EpochBlocks}.");
        }

        return seed.BlockNumber == 0 || seed.BlockNumber <= Current?.BlockNumber
            ? this
            : new EpochSeeds(seed, Current, nowMs + ProtocolConstants.PreviousEpochSeedMs);
    }

    /// <summary>Whether a match result that names this seed, or none, may be used now.</summary>
    public bool IsValid(Bytes32? seed, ulong nowMs)
    {
        if (seed is not { } hash)
        {
            // What came before the first seed was none, and that stays valid as long as a seed would.
            return Current is null || (Current.BlockNumber == ProtocolConstants.EpochBlocks && nowMs < PreviousUntilMs);
        }

        return hash == Current?.Hash || (hash == Previous?.Hash && nowMs < PreviousUntilMs);
    }
}
