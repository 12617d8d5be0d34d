namespace Tachyon.Grains;

/// <summary>A live provider in the directory.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.DirectoryEntry")]
public sealed record DirectoryEntry
{
    /// <summary>The provider.</summary>
    [Id(0)]
    public required Address Provider { get; init; }

    /// <summary>What it offers.</summary>
    [Id(1)]
    public required ProviderOffer Offer { get; init; }

    /// <summary>How many more channels it can confirm.</summary>
    [Id(2)]
    public required int FreeSlots { get; init; }

    /// <summary>Until when the entry counts, Unix milliseconds.</summary>
    [Id(3)]
    public required ulong LiveUntilMs { get; init; }

    /// <summary>The network that the provider's edge is connected from, as a number; 0 when unknown. Not told to consumers.</summary>
    [Id(4)]
    public ulong Source { get; init; }

    /// <summary>True when the provider has, or had this month, a channel on chain: what cannot be had for free.</summary>
    [Id(5)]
    public bool Established { get; init; }
}
