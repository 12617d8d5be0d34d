using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// A journal opened only to be read, whether a node runs on it or not. What it shows is what was durable when it was asked.
/// </summary>
internal sealed class JournalArchive : IDisposable
{
    private readonly JournalReader _reader;

    private JournalArchive(JournalReader reader)
    {
        _reader = reader;

        // Nothing is written through these: an archive has no writer.
        Channels = new ChannelTable(null!, reader);
        Closures = new ClosureTable(null!, reader);
        Ledgers = new LedgerTable(null!, reader);
        Sessions = new SessionTable(null!, reader);
        Settlements = new SettlementTable(null!, reader);
    }

    public ChannelTable Channels { get; }

    public ClosureTable Closures { get; }

    public LedgerTable Ledgers { get; }

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

        return new JournalArchive(new JournalReader(directory.JournalPath));
    }

    public void Dispose() => _reader.Dispose();
}
