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

    /// <summary>The calendar month (UTC) that the counts below and those of the channels are of: 12 × year + month − 1.</summary>
    [Id(3)]
    public int Month { get; init; }

    /// <summary>Channels that ended in this month, newest last, as they stood; a re-organisation can bring them back.</summary>
    [Id(4)]
    public ProviderChannel[] Ended { get; init; } = [];

    /// <summary>What older ended channels used in this month, in bytes.</summary>
    [Id(5)]
    public ulong EndedBytes { get; init; }
}
