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
}
