namespace Tachyon.Grains;

/// <summary>A route of a pool with what it may use, as it is pushed to the exit.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.TagCreditEntry")]
public readonly record struct TagCreditEntry
{
    /// <summary>The route's tag.</summary>
    [Id(0)]
    public required Bytes32 Tag { get; init; }

    /// <summary>Who may use the route.</summary>
    [Id(1)]
    public required Address RouteAddress { get; init; }

    /// <summary>Cumulative bytes.</summary>
    [Id(2)]
    public required ulong BytesUsed { get; init; }

    /// <summary>The proxy's signature on the credit.</summary>
    [Id(3)]
    public required Signature Signature { get; init; }
}
