namespace Tachyon.Grains;

/// <summary>An exit's signed count of one route, as it travels between silos.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.TagCountEntry")]
public readonly record struct TagCountEntry
{
    /// <summary>The route's tag.</summary>
    [Id(0)]
    public required Bytes32 Tag { get; init; }

    /// <summary>Counts the exit's statements of this tag, from 1.</summary>
    [Id(1)]
    public required ulong Index { get; init; }

    /// <summary>Cumulative bytes.</summary>
    [Id(2)]
    public required ulong BytesUsed { get; init; }

    /// <summary>Unix milliseconds.</summary>
    [Id(3)]
    public required ulong TimestampMs { get; init; }

    /// <summary>The exit's signature.</summary>
    [Id(4)]
    public required Signature Signature { get; init; }
}
