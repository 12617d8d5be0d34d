using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <summary>What a pool stores once. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PoolHead")]
internal sealed record PoolHead
{
    [Id(0)]
    public PoolStage Stage { get; init; }

    /// <summary>Null where there was no pool yet.</summary>
    [Id(1)]
    public Terms? Terms { get; init; }

    /// <summary>The chain of evidence, as <see cref="RouteStateCodec"/> writes it.</summary>
    [Id(2)]
    public byte[] Chain { get; init; } = [];

    /// <summary>Shares are kept in the pages below this number, and nowhere else.</summary>
    [Id(3)]
    public int Pages { get; init; }

    /// <summary>The operation that opens the pool, or makes room for that; null once it is done.</summary>
    [Id(4)]
    public string? OperationId { get; init; }

    /// <summary>The exit's acceptance; null where it gave none and confirms as ever.</summary>
    [Id(5)]
    public Signature? Acceptance { get; init; }

    /// <summary>The last second at which that holds.</summary>
    [Id(6)]
    public ulong ExpirySeconds { get; init; }

    /// <summary>The capacity that the top-up under way leads to; 0 for none.</summary>
    [Id(7)]
    public ulong TopUpBytes { get; init; }

    /// <summary>When it is sent, Unix milliseconds: a random time, so that it does not follow on what a route did.</summary>
    [Id(8)]
    public ulong TopUpAtMs { get; init; }

    /// <summary>The last second of the closure that the proxy signed; 0 for none.</summary>
    [Id(9)]
    public ulong ClosureUntilSeconds { get; init; }

    /// <summary>Pools before this one whose settlement was not seen yet.</summary>
    [Id(10)]
    public ChannelId[] Unsettled { get; init; } = [];

    /// <summary>True once a pool was seen to end with something burned: the exit gets no other.</summary>
    [Id(11)]
    public bool IsDistrusted { get; init; }
}
