using Tachyon.Protocol.Amounts;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// Asks for the live providers closest to the caller's match target that have a free slot and fit its terms. Answered by
/// <see cref="MatchResult"/>.
/// </summary>
public sealed record MatchRequest : GatewayRequest<MatchResult>
{
    /// <summary>A request for up to <paramref name="count"/> providers.</summary>
    /// <param name="count">1 to <see cref="GatewayLimits.MaxOffers"/>.</param>
    /// <param name="maxPricePerMB">The most that the consumer pays, in base units per MB; null for any price.</param>
    /// <param name="tolerancePpm">The tolerance that the consumer will put in the terms, in parts per million.</param>
    /// <param name="capacityBytes">The capacity that it will open with; 0 when not yet known.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of bounds.</exception>
    public MatchRequest(int count, TokenAmount? maxPricePerMB, uint tolerancePpm, ulong capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, GatewayLimits.MaxOffers);
        Count = count;
        MaxPricePerMB = maxPricePerMB;
        TolerancePpm = tolerancePpm;
        CapacityBytes = capacityBytes;
    }

    /// <summary>How many providers are wanted at most.</summary>
    public int Count { get; }

    /// <summary>The most that the consumer pays, in base units per MB; null for any price.</summary>
    public TokenAmount? MaxPricePerMB { get; }

    /// <summary>The tolerance that the consumer will put in the terms, in parts per million.</summary>
    public uint TolerancePpm { get; }

    /// <summary>The capacity that it will open with; 0 when not yet known.</summary>
    public ulong CapacityBytes { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.MatchRequest;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U8((byte)Count);
        writer.Flag(MaxPricePerMB is not null);
        if (MaxPricePerMB is { } price)
        {
            writer.Amount(price);
        }

        writer.U32(TolerancePpm);
        writer.U64(CapacityBytes);
    }

    internal static MatchRequest? Read(ref GatewayReader reader)
    {
        var count = reader.Count(1, GatewayLimits.MaxOffers);
        TokenAmount? maxPricePerMB = reader.Flag() ? reader.Amount() : null;
        var tolerancePpm = reader.U32();
        var capacityBytes = reader.U64();
        return reader.Failed ? null : new MatchRequest(count, maxPricePerMB, tolerancePpm, capacityBytes);
    }
}
