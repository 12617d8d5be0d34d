namespace Tachyon.Grains.Reputation;

/// <summary>The head of the log: its name, and the entries that fill no page yet.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.StatementLogRecord")]
internal sealed record StatementLogRecord
{
    /// <summary>Random; zero before the log was first used.</summary>
    [Id(0)]
    public Bytes32 Log { get; init; }

    /// <summary>How many full pages there are; page n holds the entries from n × 64 + 1 on.</summary>
    [Id(1)]
    public int Pages { get; init; }

    /// <summary>The newest entries, fewer than a page, or a full page that is about to be written.</summary>
    [Id(2)]
    public StatementEntry[] Tail { get; init; } = [];

    internal ulong Latest => ((ulong)Pages * StatementPage.MaxEntries) + (ulong)Tail.Length;
}

/// <summary>A full page of the log; written once.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.StatementPageRecord")]
internal sealed record StatementPageRecord
{
    [Id(0)]
    public StatementEntry[] Entries { get; init; } = [];
}
