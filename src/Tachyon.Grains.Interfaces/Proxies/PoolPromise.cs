namespace Tachyon.Grains;

/// <summary>What a lock promised to a pool, durable there.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PoolPromise")]
public sealed record PoolPromise
{
    /// <summary>The pool.</summary>
    [Id(0)]
    public required ChannelId PoolId { get; init; }

    /// <summary>The lock.</summary>
    [Id(1)]
    public required ChannelId LockId { get; init; }

    /// <summary>The route's tag.</summary>
    [Id(2)]
    public required Bytes32 Tag { get; init; }

    /// <summary>Who may use the route: the address of its key.</summary>
    [Id(3)]
    public required Address RouteAddress { get; init; }

    /// <summary>Cumulative bytes, in whole KB; 0 only asks whether the pool is ready.</summary>
    [Id(4)]
    public required ulong PromisedBytes { get; init; }
}
