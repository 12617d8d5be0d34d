namespace Tachyon.Grains;

/// <summary>A stretch of the log of admitted statements.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.StatementPage")]
public sealed record StatementPage
{
    /// <summary>The most entries of a page.</summary>
    public const int MaxEntries = 64;

    /// <summary>The log's name: random, made once. Another name than before means that the storage is another.</summary>
    [Id(0)]
    public required Bytes32 Log { get; init; }

    /// <summary>The newest sequence; 0 while there is none.</summary>
    [Id(1)]
    public required ulong Latest { get; init; }

    /// <summary>In order, without gaps, at most <see cref="MaxEntries"/>.</summary>
    [Id(2)]
    public required StatementEntry[] Entries { get; init; }
}
