using Tachyon.Protocol.Evidence;

namespace Tachyon.Grains;

/// <summary>The newest unit of each side, the closures that the sides have signed, and what proves that one contradicted itself.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChannelEvidence")]
public sealed record ChannelEvidence
{
    /// <summary>No evidence yet.</summary>
    public static ChannelEvidence Empty { get; } = new();

    /// <summary>The consumer's newest unit.</summary>
    [Id(0)]
    public SignedUnit? ConsumerUnit { get; init; }

    /// <summary>The provider's newest unit.</summary>
    [Id(1)]
    public SignedUnit? ProviderUnit { get; init; }

    /// <summary>The consumer's newest closure.</summary>
    [Id(2)]
    public SignedClosure? ConsumerClosure { get; init; }

    /// <summary>The provider's newest closure.</summary>
    [Id(3)]
    public SignedClosure? ProviderClosure { get; init; }

    /// <summary>Two units with which the consumer contradicted itself, which anyone can check again; the first pair that was seen.</summary>
    [Id(4)]
    public Contradiction? ConsumerContradiction { get; init; }

    /// <summary>The same of the provider.</summary>
    [Id(5)]
    public Contradiction? ProviderContradiction { get; init; }
}
