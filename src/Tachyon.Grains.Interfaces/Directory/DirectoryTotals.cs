namespace Tachyon.Grains;

/// <summary>What a directory shard lists, in numbers.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.DirectoryTotals")]
public sealed record DirectoryTotals
{
    /// <summary>Live providers.</summary>
    [Id(0)]
    public required int Providers { get; init; }

    /// <summary>Channels that they offer to hold at once, all together.</summary>
    [Id(1)]
    public required int Slots { get; init; }

    /// <summary>How many of those are taken or promised.</summary>
    [Id(2)]
    public required int SlotsTaken { get; init; }
}
