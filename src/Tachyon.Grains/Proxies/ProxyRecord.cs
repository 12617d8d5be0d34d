using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <summary>What a proxy stores of one route. Immutable; a change is a new record.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ProxyRecord")]
internal sealed record ProxyRecord
{
    /// <summary>The lock's terms; null where it has no route.</summary>
    [Id(0)]
    public Terms? Terms { get; init; }

    [Id(1)]
    public Address Exit { get; init; }

    /// <summary>The pool that it is promised to at present.</summary>
    [Id(2)]
    public ChannelId PoolId { get; init; }

    [Id(3)]
    public TokenAmount PoolPricePerMB { get; init; }

    /// <summary>The address of the key that the consumer made for the route.</summary>
    [Id(4)]
    public Address RouteAddress { get; init; }

    [Id(5)]
    public Bytes32 Tag { get; init; }

    [Id(6)]
    public ulong TagTimestampMs { get; init; }

    [Id(7)]
    public Bytes32 TagRandom { get; init; }

    /// <summary>The lock's ledger, as <see cref="RouteStateCodec"/> writes it.</summary>
    [Id(8)]
    public byte[] Lock { get; init; } = [];

    /// <summary>True once the pool was told that the lock is over on chain.</summary>
    [Id(9)]
    public bool IsSettled { get; init; }
}
