namespace Tachyon.Grains.Proxies;

/// <summary>Some of a pool's shares, in a record of their own. Immutable.</summary>
/// <remarks>What a lock that is over had promised moves to <see cref="SettledBytes"/> in the same write that drops its share, so that it never counts twice.</remarks>
[GenerateSerializer, Immutable, Alias("tachyon.PoolPage")]
internal sealed record PoolPage
{
    /// <summary>The most shares of a page: what one change rewrites, some 8 KB.</summary>
    internal const int MaxShares = 64;

    /// <summary>The pool that the page is of: one of a pool before it counts for nothing.</summary>
    [Id(0)]
    public ChannelId PoolId { get; init; }

    /// <summary>What locks that are over had promised on this page.</summary>
    [Id(1)]
    public ulong SettledBytes { get; init; }

    [Id(2)]
    public StoredShare[] Shares { get; init; } = [];
}
