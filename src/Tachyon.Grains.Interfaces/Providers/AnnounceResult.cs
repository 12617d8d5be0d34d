namespace Tachyon.Grains;

/// <summary>What became of an announcement or a heartbeat.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.AnnounceResult")]
public sealed record AnnounceResult
{
    /// <summary>Why the provider is not listed, or <see cref="AnnounceRefusal.None"/>.</summary>
    [Id(0)]
    public required AnnounceRefusal Refusal { get; init; }

    /// <summary>Until when it counts as alive without another sign, Unix milliseconds.</summary>
    [Id(1)]
    public ulong LiveUntilMs { get; init; }

    /// <summary>How many more channels it can confirm now.</summary>
    [Id(2)]
    public int FreeSlots { get; init; }

    /// <summary>True while it takes no new channels and is not matched, until <see cref="IProviderGrain.Drain"/> ends that.</summary>
    [Id(3)]
    public bool Draining { get; init; }

    /// <summary>What is left to serve in this calendar month (UTC), by the units known here; null without a monthly cap.</summary>
    [Id(4)]
    public ulong? MonthBytesLeft { get; init; }
}
