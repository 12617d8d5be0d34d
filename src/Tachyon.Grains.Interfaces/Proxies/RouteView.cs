namespace Tachyon.Grains;

/// <summary>One route as its proxy holds it durably. Who is behind it is for the operator alone.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.RouteView")]
public sealed record RouteView
{
    /// <summary>The lock.</summary>
    [Id(0)]
    public required ChannelId LockId { get; init; }

    /// <summary>The lock's terms.</summary>
    [Id(1)]
    public required Terms Terms { get; init; }

    /// <summary>The exit.</summary>
    [Id(2)]
    public required Address Exit { get; init; }

    /// <summary>The pool that serves it at present.</summary>
    [Id(3)]
    public required ChannelId PoolId { get; init; }

    /// <summary>The pool's price, in base units per MB.</summary>
    [Id(4)]
    public required TokenAmount PoolPricePerMB { get; init; }

    /// <summary>What the exit knows it by.</summary>
    [Id(5)]
    public required Bytes32 Tag { get; init; }

    /// <summary>Bytes that the consumer signed, within the capacity: what can be collected.</summary>
    [Id(6)]
    public ulong SignedBytes { get; init; }

    /// <summary>Bytes that were promised to pools, all together; never more than <see cref="SignedBytes"/>.</summary>
    [Id(7)]
    public ulong PromisedBytes { get; init; }

    /// <summary>Bytes that exits counted.</summary>
    [Id(8)]
    public ulong CountedBytes { get; init; }

    /// <summary>Whether the lock was seen to close, or the proxy signed a closure, so that nothing more is promised.</summary>
    [Id(9)]
    public bool IsEnding { get; init; }

    /// <summary>What <see cref="SignedBytes"/> are worth on the lock, in base units: what comes in.</summary>
    public TokenAmount In => Terms.Price(SignedBytes);

    /// <summary>The most that <see cref="PromisedBytes"/> cost on pools, in base units: what goes out.</summary>
    public TokenAmount Out => PoolTerms.Price(PromisedBytes);

    private Terms PoolTerms => Terms with { Kind = ChannelKind.Direct, PricePerMB = PoolPricePerMB };
}
