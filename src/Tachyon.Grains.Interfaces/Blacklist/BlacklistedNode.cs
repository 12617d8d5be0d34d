namespace Tachyon.Grains;

/// <summary>A node on the operator's blacklist.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.BlacklistedNode")]
public sealed record BlacklistedNode
{
    /// <summary>The most nodes of the list: it goes with every query for a match.</summary>
    public const int MaxListed = 256;

    /// <summary>The node.</summary>
    [Id(0)]
    public required Address Node { get; init; }

    /// <summary>Since when, Unix milliseconds.</summary>
    [Id(1)]
    public required ulong SinceMs { get; init; }
}
