namespace Tachyon.Grains;

/// <summary>A channel that could not be told what the chain shows; others are not held up by it.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ParkedChannelView")]
public sealed record ParkedChannelView
{
    /// <summary>The channel.</summary>
    [Id(0)]
    public required ChannelId ChannelId { get; init; }

    /// <summary>Since when, Unix milliseconds.</summary>
    [Id(1)]
    public required ulong SinceMs { get; init; }

    /// <summary>How often it was tried.</summary>
    [Id(2)]
    public required int Attempts { get; init; }

    /// <summary>When it is tried next, Unix milliseconds.</summary>
    [Id(3)]
    public required ulong NextTryMs { get; init; }

    /// <summary>Why it failed the last time.</summary>
    [Id(4)]
    public required string Error { get; init; }
}
