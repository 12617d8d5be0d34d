namespace Tachyon.Grains;

/// <summary>A closure with one signature, and who gave it.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ClosureOffer")]
public sealed record ClosureOffer
{
    /// <summary>The party that signed.</summary>
    [Id(0)]
    public required Address Signer { get; init; }

    /// <summary>The closure with its signature.</summary>
    [Id(1)]
    public required SignedClosure Closure { get; init; }
}
