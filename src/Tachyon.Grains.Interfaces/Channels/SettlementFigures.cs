namespace Tachyon.Grains;

/// <summary>How a channel ended on chain. Paid + burned + refunded is the whole deposit.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.SettlementFigures")]
public sealed record SettlementFigures
{
    /// <summary>The bytes settled: uA, or the count of the closure.</summary>
    [Id(0)]
    public ulong SettledBytes { get; init; }

    /// <summary>To the provider over the channel's whole life, in base units.</summary>
    [Id(1)]
    public TokenAmount Paid { get; init; }

    /// <summary>Burned in a dispute, in base units.</summary>
    [Id(2)]
    public TokenAmount Burned { get; init; }

    /// <summary>Back to the consumer, in base units.</summary>
    [Id(3)]
    public TokenAmount Refunded { get; init; }

    /// <summary>True when both sides signed the count.</summary>
    [Id(4)]
    public bool Cooperative { get; init; }
}
