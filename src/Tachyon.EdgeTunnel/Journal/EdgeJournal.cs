using Tachyon.EdgeTunnel.Journal.Log;

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
        Cursor = new CursorTable(writer, reader, "events");
        Decisions = new DecisionTable(writer, reader);
        ExitRoutes = new ExitRouteTable(writer, reader);
        ForceCloses = new ForceCloseTable(writer, reader);
        Ledgers = new LedgerTable(writer, reader);
        OwnStatements = new OwnStatementTable(writer, reader);
        Routes = new RouteTable(writer, reader);
        Sessions = new SessionTable(writer, reader);
        SpendMarks = new SpendMarkTable(writer, reader);
        StatementCursor = new CursorTable(writer, reader, "statements");
        Statements = new StatementTable(writer, reader);
        Settlements = new SettlementTable(writer, reader);
    }

    public ChannelTable Channels { get; }

    public CountFile Counts { get; }

    public ClosureTable Closures { get; }

    public CursorTable Cursor { get; }

    public DecisionTable Decisions { get; }

    public ExitRouteTable ExitRoutes { get; }

    public ForceCloseTable ForceCloses { get; }

    public LedgerTable Ledgers { get; }

    public OwnStatementTable OwnStatements { get; }

    public RouteTable Routes { get; }

    public SessionTable Sessions { get; }

    public SpendMarkTable SpendMarks { get; }

    public CursorTable StatementCursor { get; }

    public StatementTable Statements { get; }

    public SettlementTable Settlements { get; }

    /// <summary>Completes, with the fault, once a write has failed. The node must stop then; nothing more is written.</summary>
    public Task<JournalBrokenException> Broken => _writer.Broken;

    /// <summary>Opens the journal, creating, migrating or recovering it as needed. The caller holds the directory's lock.</summary>
    /// <exception cref="JournalException">It cannot be opened, is newer than this program, or something that was durable is missing.</exception>
    public static EdgeJournal Open(string path) => Open(path, LogFile.Open);

    /// <summary>As <see cref="Open(string)"/>, with a log file of the caller's.</summary>
    internal static EdgeJournal Open(string path, Func<string, ILogFile> openLog)
    {
        var logPath = LogPathOf(path);
        var connection = JournalFile.OpenForWriting(path);
        CountFile? counts = null;
        ILogFile? logFile = null;
        try
        {
            counts = CountFile.Open(Path.ChangeExtension(path, ".counts"));
            logFile = openLog(logPath);
            var log = LogRecovery.Open(logFile, logPath, connection, path);
            return new EdgeJournal(new JournalWriter(path, connection, log), new JournalReader(path), counts);
        }
        catch
        {
            logFile?.Dispose();
            counts?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Where the log of a journal lies.</summary>
    internal static string LogPathOf(string path) => Path.ChangeExtension(path, ".log");

    /// <summary>Commits what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _reader.Dispose();
        Counts.Dispose();
    }
}
