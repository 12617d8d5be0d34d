using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// A journal opened only to be read, whether a node runs on it or not. What it shows is what was durable when it was asked.
/// </summary>
internal sealed class JournalArchive : IDisposable
{
    private readonly JournalReader _reader;
    private readonly LedgerTable _ledgers;
    private readonly string _logPath;

    private JournalArchive(JournalReader reader, string logPath)
    {
        _reader = reader;
        _logPath = logPath;

        // Nothing is written through these: an archive has no writer.
        Channels = new ChannelTable(null!, reader);
        Closures = new ClosureTable(null!, reader);
        _ledgers = new LedgerTable(null!, reader);
        Sessions = new SessionTable(null!, reader);
        Settlements = new SettlementTable(null!, reader);
    }

    public ChannelTable Channels { get; }

    public ClosureTable Closures { get; }

    public SessionTable Sessions { get; }

    public SettlementTable Settlements { get; }

    /// <summary>Opens the journal of a data directory; one that an older program wrote is brought up to date where no node runs on it.</summary>
    /// <exception cref="JournalException">There is none, it cannot be read, or a newer program wrote it.</exception>
    public static async Task<JournalArchive> OpenAsync(DataDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (!File.Exists(directory.JournalPath))
        {
            throw new JournalException(directory.JournalPath, $"there is no journal in {directory}: no node has run there yet, or --data names another directory");
        }

        try
        {
            using var held = DataDirectoryLock.Acquire(directory);
            await EdgeJournal.Open(directory.JournalPath).DisposeAsync();
        }
        catch (DataDirectoryInUseException)
        {
            // The node that runs has brought it up to date.
        }

        return new JournalArchive(new JournalReader(directory.JournalPath), EdgeJournal.LogPathOf(directory.JournalPath));
    }

    /// <summary>
    /// Every record of a channel's ledger, oldest first: all that were durable when this was called, be it in the tables or, as those of a
    /// running node's last second, in the log alone.
    /// </summary>
    /// <exception cref="JournalException">The log or the tables cannot be read.</exception>
    public IReadOnlyList<byte[]> LoadLedger(ChannelId channelId)
    {
        // The log first: what is written over meanwhile the tables hold, and where entries are missing all the same, they and what follows
        // were not durable when this began.
        var log = new LogContent(LogFile.ReadDurable(_logPath));
        var records = _ledgers.LoadHistory(channelId, out var storedEntry);
        var logged = log.After(storedEntry, out _).Where(entry => ChannelId.FromBytes(entry.ChannelId) == channelId);
        return [.. records, .. logged.Select(entry => entry.Record)];
    }

    public void Dispose() => _reader.Dispose();
}
