using Tachyon.Chain;
using Tachyon.Protocol;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Checks on the node's own endpoint which epoch seed is in force (protocol, Identity and matching).</summary>
internal static class OwnEpochSeeds
{
    // From an epoch block's own time to its finality, which is when the hour of its predecessor begins.
    private const ulong FinalityMs = 20 * 60_000;

    /// <summary>Whether a match may rest on <paramref name="seed"/>, or on none, now.</summary>
    public static async Task<bool> IsValidAsync(ISettlementChain chain, Bytes32? seed, ulong nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var final = await chain.GetBlockAsync(ReadAt.Final, cancellationToken);
        var number = EpochSeeds.EpochBlockOf(final.Number);
        if (await chain.FindBlockAsync(number, cancellationToken) is not { } block)
        {
            return false;
        }

        if (number == 0)
        {
            // A young chain: its first block may serve as a seed, or none is in force yet.
            return seed is null || seed == block.Hash;
        }

        var previous = await chain.FindBlockAsync(number - ProtocolConstants.EpochBlocks, cancellationToken);
        var seeds = new EpochSeeds(
            new EpochSeed(number, block.Hash),
            previous is null ? null : new EpochSeed(previous.Number, previous.Hash),
            (block.TimestampSeconds * 1_000) + FinalityMs + ProtocolConstants.PreviousEpochSeedMs);
        return seeds.IsValid(seed, nowMs);
    }
}
