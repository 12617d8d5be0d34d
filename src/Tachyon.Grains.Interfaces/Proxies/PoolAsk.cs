namespace Tachyon.Grains;

/// <summary>What a route needs of a pool.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PoolAsk")]
public sealed record PoolAsk
{
    /// <summary>The most that the consumer pays, in base units per MB.</summary>
    [Id(0)]
    public required TokenAmount MaxPricePerMB { get; init; }
}
