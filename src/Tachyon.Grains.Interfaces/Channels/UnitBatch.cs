namespace Tachyon.Grains;

/// <summary>Units of one channel on their way to durability.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.UnitBatch")]
public sealed record UnitBatch
{
    /// <summary>The most units that one batch may hold, of both signers together.</summary>
    public const int MaxUnits = 1_024;

    /// <summary>Units that the consumer signed, in any order; may be empty.</summary>
    [Id(0)]
    public SignedUnit[] ConsumerUnits { get; init; } = [];

    /// <summary>Units that the provider signed, in any order; may be empty.</summary>
    [Id(1)]
    public SignedUnit[] ProviderUnits { get; init; } = [];
}
