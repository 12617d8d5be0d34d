namespace Tachyon.Grains.Providers;

/// <summary>What a provider grain stores. Immutable. Liveness is not in it: it is memory only.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ProviderRecord")]
internal sealed record ProviderRecord
{
    /// <summary>Null before the first announcement.</summary>
    [Id(0)]
    public ProviderOffer? Offer { get; init; }

    [Id(1)]
    public bool Draining { get; init; }

    /// <summary>The provider's channels that are not over, oldest first.</summary>
    [Id(2)]
    public ProviderChannel[] Channels { get; init; } = [];
}
