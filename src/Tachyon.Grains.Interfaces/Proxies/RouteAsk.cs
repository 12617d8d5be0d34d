namespace Tachyon.Grains;

/// <summary>A route that a consumer asks for, once its exit and the price are settled.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.RouteAsk")]
public sealed record RouteAsk
{
    /// <summary>The terms of the lock.</summary>
    [Id(0)]
    public required Terms Terms { get; init; }

    /// <summary>The exit.</summary>
    [Id(1)]
    public required Address Exit { get; init; }

    /// <summary>The pool through which the exit is paid.</summary>
    [Id(2)]
    public required ChannelId PoolId { get; init; }

    /// <summary>The pool's price, in base units per MB.</summary>
    [Id(3)]
    public required TokenAmount PoolPricePerMB { get; init; }

    /// <summary>The route's public key, compressed, 33 bytes.</summary>
    [Id(4)]
    public required byte[] RouteKey { get; init; }

    /// <summary>Its address.</summary>
    [Id(5)]
    public required Address RouteAddress { get; init; }
}
