namespace Tachyon.Grains.Feed;

/// <summary>The end of a range of blocks whose logs were delivered.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.FeedCheckpoint")]
internal sealed record FeedCheckpoint
{
    [Id(0)]
    public required ulong BlockNumber { get; init; }

    /// <summary>Another hash at this number means that blocks up to here were replaced.</summary>
    [Id(1)]
    public required Bytes32 BlockHash { get; init; }

    /// <summary>The channels with logs in the range.</summary>
    [Id(2)]
    public required ChannelId[] Channels { get; init; }
}
