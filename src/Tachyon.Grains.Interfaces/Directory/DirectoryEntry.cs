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
}
