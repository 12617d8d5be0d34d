namespace Tachyon.Grains;

/// <summary>What a route needs of a pool.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PoolAsk")]
public sealed record PoolAsk
{
    /// <summary>The most that the consumer pays, in base units per MB.</summary>
    [Id(0)]
    public required TokenAmount MaxPricePerMB { get; init; }

    /// <summary>The lock, where it is known already: its route counts once.</summary>
    [Id(1)]
    public ChannelId? LockId { get; init; }
}
