using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The answer to <see cref="MatchRequest"/>. The consumer recomputes the order with the seed and rejects a wrong one; the
/// order proves the ranking, not that nobody was left out (protocol, Identity and matching).
/// </summary>
public sealed record MatchResult : GatewayReply
{
    /// <summary>The providers, closest first.</summary>
    /// <param name="epochSeed">The epoch seed that the match target comes from; zero where none is in force, and the target is the consumer's own ID.</param>
    /// <param name="providers">At most <see cref="GatewayLimits.MaxOffers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too many providers.</exception>
    public MatchResult(Bytes32 epochSeed, IReadOnlyList<MatchedProvider> providers)
    {
        ArgumentNullException.ThrowIfNull(providers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(providers.Count, GatewayLimits.MaxOffers, nameof(providers));
        EpochSeed = epochSeed;
        Providers = providers;
    }

    /// <summary>The epoch seed that the match target comes from; zero where none is in force.</summary>
    public Bytes32 EpochSeed { get; }

    /// <summary>The providers, closest to the match target first.</summary>
    public IReadOnlyList<MatchedProvider> Providers { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.MatchResult;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Bytes32(EpochSeed);
        writer.U8((byte)Providers.Count);
        foreach (var provider in Providers)
        {
            provider.Write(writer);
        }
    }

    internal static MatchResult? Read(ref GatewayReader reader)
    {
        var epochSeed = reader.Bytes32();
        var count = reader.Count(0, GatewayLimits.MaxOffers);
        var providers = new List<MatchedProvider>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (MatchedProvider.Read(ref reader) is { } provider)
            {
                providers.Add(provider);
            }
        }

        return reader.Failed ? null : new MatchResult(epochSeed, providers);
    }
}
