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
        if (number == 0)
        {
            return EpochSeeds.None.IsValid(seed, nowMs);
        }

        if (await chain.FindBlockAsync(number, cancellationToken) is not { } block)
        {
            return false;
        }

        var before = number == ProtocolConstants.EpochBlocks
            ? null
            : await chain.FindBlockAsync(number - ProtocolConstants.EpochBlocks, cancellationToken);
        var seeds = new EpochSeeds(
            new EpochSeed(number, block.Hash),
            before is null ? null : new EpochSeed(before.Number, before.Hash),
            (block.TimestampSeconds * 1_000) + FinalityMs + ProtocolConstants.PreviousEpochSeedMs);
        return seeds.IsValid(seed, nowMs);
    }
}
