using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The answer to <see cref="MatchRequest"/>. The consumer checks it with <see cref="MatchOrder.Check"/> and rejects a wrong
/// one; the order proves the ranking, not that nobody was left out (protocol, Identity and matching).
/// </summary>
public sealed record MatchResult : GatewayReply
{
    /// <summary>The offers, closest first.</summary>
    /// <param name="epochSeed">The epoch seed that the match target comes from; null where none is in force.</param>
    /// <param name="offers">At most <see cref="GatewayLimits.MaxOffers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too many offers.</exception>
    public MatchResult(Bytes32? epochSeed, IReadOnlyList<ProviderOffer> offers)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offers.Count, GatewayLimits.MaxOffers, nameof(offers));
        EpochSeed = epochSeed;
        Offers = offers;
    }

    /// <summary>The epoch seed that the match target comes from; null where none is in force.</summary>
    public Bytes32? EpochSeed { get; }

    /// <summary>The offers, closest to the match target first.</summary>
    public IReadOnlyList<ProviderOffer> Offers { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.MatchResult;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Flag(EpochSeed is not null);
        if (EpochSeed is { } seed)
        {
            writer.Bytes32(seed);
        }

        writer.U8((byte)Offers.Count);
        foreach (var offer in Offers)
        {
            WriteOffer(writer, offer);
        }
    }

    internal static MatchResult? Read(ref GatewayReader reader)
    {
        Bytes32? epochSeed = reader.Flag() ? reader.Bytes32() : null;
        var count = reader.Count(0, GatewayLimits.MaxOffers);
        var offers = new List<ProviderOffer>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            offers.Add(ReadOffer(ref reader));
        }

        return reader.Failed ? null : new MatchResult(epochSeed, offers);
    }

    private static void WriteOffer(GatewayWriter writer, ProviderOffer offer)
    {
        writer.Address(offer.Provider);
        writer.Text(offer.Endpoint, GatewayLimits.MaxEndpointBytes);
        writer.Amount(offer.PricePerMB);
        writer.U32(offer.TolerancePpm);
        writer.U8(checked((byte)offer.FreeSlots));
        writer.U64(offer.MaxCapacityBytes);
        writer.U64(offer.AliveUntilMs);
    }

    private static ProviderOffer ReadOffer(ref GatewayReader reader)
    {
        var provider = reader.Address();
        var endpoint = reader.Text(GatewayLimits.MaxEndpointBytes);
        var pricePerMB = reader.Amount();
        var tolerancePpm = reader.U32();
        var freeSlots = reader.U8();
        var maxCapacityBytes = reader.U64();
        var aliveUntilMs = reader.U64();
        return new ProviderOffer(provider, endpoint, pricePerMB, tolerancePpm, freeSlots, maxCapacityBytes, aliveUntilMs);
    }
}
