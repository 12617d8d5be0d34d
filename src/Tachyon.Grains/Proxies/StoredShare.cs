namespace Tachyon.Grains.Proxies;

/// <summary>One lock's share of a pool, as it is stored.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.StoredShare")]
internal readonly record struct StoredShare
{
    [Id(0)]
    public required ChannelId LockId { get; init; }

    [Id(1)]
    public required Bytes32 Tag { get; init; }

    [Id(2)]
    public required Address RouteAddress { get; init; }

    [Id(3)]
    public required ulong PromisedBytes { get; init; }

    [Id(4)]
    public required ulong CountIndex { get; init; }

    [Id(5)]
    public required ulong CountedBytes { get; init; }

    /// <summary>True once the lock promises nothing more.</summary>
    [Id(6)]
    public required bool IsOver { get; init; }
}
