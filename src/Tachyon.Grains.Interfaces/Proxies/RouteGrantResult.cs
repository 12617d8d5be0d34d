namespace Tachyon.Grains;

/// <summary>A route that a proxy takes, durable; or why it does not.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.RouteGrantResult")]
public sealed record RouteGrantResult
{
    /// <summary>Why there is none.</summary>
    [Id(0)]
    public required RouteRefusal Refusal { get; init; }

    /// <summary>What the exit will know the route by.</summary>
    [Id(1)]
    public Bytes32 Tag { get; init; }

    /// <summary>The time in the tag, Unix milliseconds.</summary>
    [Id(2)]
    public ulong TagTimestampMs { get; init; }

    /// <summary>The random part of the tag.</summary>
    [Id(3)]
    public Bytes32 TagRandom { get; init; }

    /// <summary>The last second at which the acceptance holds, Unix time.</summary>
    [Id(4)]
    public ulong ExpirySeconds { get; init; }

    /// <summary>The proxy's signature on the acceptance of the lock.</summary>
    [Id(5)]
    public Signature? Acceptance { get; init; }

    /// <summary>A refusal.</summary>
    public static RouteGrantResult Refused(RouteRefusal refusal) => new() { Refusal = refusal };
}
