namespace Tachyon.Grains;

/// <summary>What a consumer looks for (protocol, Identity and matching).</summary>
[GenerateSerializer, Immutable, Alias("tachyon.DirectoryQuery")]
public sealed record DirectoryQuery
{
    /// <summary>The most providers that one query may ask for.</summary>
    public const int MaxCount = 64;

    /// <summary>The match target, to which the distance is measured.</summary>
    [Id(0)]
    public required Address Target { get; init; }

    /// <summary>How many providers are wanted, 1 to <see cref="MaxCount"/>.</summary>
    [Id(1)]
    public required int Count { get; init; }

    /// <summary>The most that the consumer pays, in base units per MB; null for any price.</summary>
    [Id(2)]
    public TokenAmount? MaxPricePerMB { get; init; }

    /// <summary>The tolerance that the consumer will put in the terms, in parts per million.</summary>
    [Id(3)]
    public uint TolerancePpm { get; init; }

    /// <summary>The capacity that the consumer will open with, in bytes; 0 when not yet known.</summary>
    [Id(4)]
    public ulong CapacityBytes { get; init; }

    /// <summary>Providers never to be matched: the consumer itself, and whoever is blacklisted by either side.</summary>
    [Id(5)]
    public Address[] Excluded { get; init; } = [];
}
