namespace Tachyon.Grains;

/// <summary>What the chain feed tells a channel.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChannelEventBatch")]
public sealed record ChannelEventBatch
{
    /// <summary>The channel's events, in the order of the chain.</summary>
    [Id(0)]
    public required ChannelChainEvent[] Events { get; init; }

    /// <summary>
    /// True after a re-organisation: the events are the channel's whole history, and replace all that was known of
    /// it from the chain. Evidence is kept, since signatures stay valid on any branch.
    /// </summary>
    [Id(1)]
    public bool ReplacesHistory { get; init; }

    /// <summary>The block up to which the feed has read.</summary>
    [Id(2)]
    public ulong UpToBlock { get; init; }
}
