using Tachyon.Protocol.Matching;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// Asks for the live providers closest to the caller's match target that have a free slot and fit its limits. Answered by
/// <see cref="MatchResult"/>.
/// </summary>
public sealed record MatchRequest : GatewayRequest<MatchResult>
{
    /// <summary>A request for up to <paramref name="count"/> providers, 1 to <see cref="GatewayLimits.MaxOffers"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of bounds.</exception>
    public MatchRequest(int count, MatchLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, GatewayLimits.MaxOffers);
        ArgumentNullException.ThrowIfNull(limits);
        Count = count;
        Limits = limits;
    }

    /// <summary>How many providers are wanted at most.</summary>
    public int Count { get; }

    /// <summary>What the consumer asks of them.</summary>
    public MatchLimits Limits { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.MatchRequest;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U8((byte)Count);
        writer.U64(Limits.CapacityBytes);
        writer.Amount(Limits.MaxPricePerMB);
        writer.U32(Limits.TolerancePpm);
    }

    internal static MatchRequest? Read(ref GatewayReader reader)
    {
        var count = reader.Count(1, GatewayLimits.MaxOffers);
        var capacityBytes = reader.U64();
        var maxPricePerMB = reader.Amount();
        var tolerancePpm = reader.U32();
        return reader.Failed ? null : new MatchRequest(count, new MatchLimits(capacityBytes, maxPricePerMB, tolerancePpm));
    }
}
