namespace Tachyon.Grains;

/// <summary>The pool that serves a route, open or being opened; or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PoolResult")]
public sealed record PoolResult
{
    /// <summary>Why there is none.</summary>
    [Id(0)]
    public required RouteRefusal Refusal { get; init; }

    /// <summary>The pool.</summary>
    [Id(1)]
    public ChannelId PoolId { get; init; }

    /// <summary>Its price, in base units per MB.</summary>
    [Id(2)]
    public TokenAmount PricePerMB { get; init; }

    /// <summary>Where the exit is reached, host:port.</summary>
    [Id(3)]
    public string Endpoint { get; init; } = "";

    /// <summary>A refusal.</summary>
    public static PoolResult Refused(RouteRefusal refusal) => new() { Refusal = refusal };
}
