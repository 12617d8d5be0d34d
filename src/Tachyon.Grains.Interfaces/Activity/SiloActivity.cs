namespace Tachyon.Grains;

/// <summary>What the channels of one silo have done since its process started.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.SiloActivity")]
public sealed record SiloActivity
{
    /// <summary>The silo's address, which is another one after each start.</summary>
    [Id(0)]
    public required string Silo { get; init; }

    /// <summary>Bytes that consumers newly signed for.</summary>
    [Id(1)]
    public required double Bytes { get; init; }

    /// <summary>What those are worth, in tokens.</summary>
    [Id(2)]
    public required double Tokens { get; init; }
}
