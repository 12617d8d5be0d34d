namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// The node's memory: what it signed, what it was shown, which channels it has. One process at a time holds it
/// (<see cref="Node.DataDirectoryLock"/>). A write that has completed survives a crash of the process and of the machine.
/// </summary>
internal sealed class EdgeJournal : IAsyncDisposable
{
    private readonly JournalWriter _writer;
    private readonly JournalReader _reader;

    private EdgeJournal(JournalWriter writer, JournalReader reader, CountFile counts)
    {
        Counts = counts;
        _writer = writer;
        _reader = reader;
        Channels = new ChannelTable(writer, reader);
        Closures = new ClosureTable(writer, reader);
        Cursor = new CursorTable(writer, reader);
        Decisions = new DecisionTable(writer, reader);
        ForceCloses = new ForceCloseTable(writer, reader);
        Ledgers = new LedgerTable(writer, reader);
        Sessions = new SessionTable(writer, reader);
        SpendMarks = new SpendMarkTable(writer, reader);
        Settlements = new SettlementTable(writer, reader);
    }

    public ChannelTable Channels { get; }

    public CountFile Counts { get; }

    public ClosureTable Closures { get; }

    public CursorTable Cursor { get; }

    public DecisionTable Decisions { get; }

    public ForceCloseTable ForceCloses { get; }

    public LedgerTable Ledgers { get; }

    public SessionTable Sessions { get; }

    public SpendMarkTable SpendMarks { get; }

    public SettlementTable Settlements { get; }

    /// <summary>Completes, with the fault, once a write has failed. The node must stop then; nothing more is written.</summary>
    public Task<JournalBrokenException> Broken => _writer.Broken;

    /// <summary>Opens the journal, creating or migrating it as needed. The caller holds the directory's lock.</summary>
    /// <exception cref="JournalException">It cannot be opened, or is newer than this program.</exception>
    public static EdgeJournal Open(string path)
    {
        var connection = JournalFile.OpenForWriting(path);
        try
        {
            var counts = CountFile.Open(Path.ChangeExtension(path, ".counts"));
            return new EdgeJournal(new JournalWriter(path, connection), new JournalReader(path), counts);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Commits what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _reader.Dispose();
        Counts.Dispose();
    }
}
