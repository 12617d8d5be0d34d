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
}
