namespace Tachyon.Grains;

/// <summary>How far the chain feed has read.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChainFeedStatus")]
public sealed record ChainFeedStatus
{
    /// <summary>All logs up to this block have reached their channels.</summary>
    [Id(0)]
    public ulong CursorBlock { get; init; }

    /// <summary>The newest block that counts as final by configuration, as last seen; 0 before the first answer.</summary>
    [Id(1)]
    public ulong FinalBlock { get; init; }

    /// <summary>When the chain last answered, Unix milliseconds; 0 before the first answer.</summary>
    [Id(2)]
    public ulong AnsweredAtMs { get; init; }

    /// <summary>How many re-organisations were undone since the feed was activated.</summary>
    [Id(3)]
    public int Reorganisations { get; init; }

    /// <summary>The last fault; null when the last poll went well.</summary>
    [Id(4)]
    public string? LastError { get; init; }

    /// <summary>Why nothing at all is told any more, which takes a person to see to; null when that is not so.</summary>
    [Id(5)]
    public string? Halted { get; init; }

    /// <summary>Since when the chain does not answer, Unix milliseconds; null when it does.</summary>
    [Id(6)]
    public ulong? ChainDownSinceMs { get; init; }

    /// <summary>How many channels could not be told what the chain shows, and are tried again.</summary>
    [Id(7)]
    public int ParkedCount { get; init; }

    /// <summary>The first of them.</summary>
    [Id(8)]
    public ParkedChannelView[] Parked { get; init; } = [];
}
