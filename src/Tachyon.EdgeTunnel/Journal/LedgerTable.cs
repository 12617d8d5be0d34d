using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>A ledger as stored: a state, and the records decided since, oldest first. Both in the protocol's own encoding.</summary>
/// <param name="State">The newest stored state; null when there is none and the records begin at a new channel.</param>
/// <param name="Records">Records to apply to it, in order.</param>
internal sealed record StoredLedger(byte[]? State, IReadOnlyList<byte[]> Records);

/// <summary>
/// The evidence ledgers' records and states. Records are kept beyond the state that makes them superfluous: they are the
/// history of a channel, unit by unit.
/// </summary>
internal sealed class LedgerTable(JournalWriter writer, JournalReader reader)
{
    private const string Append = """
        INSERT INTO ledger_records (channel_id, sequence, content)
        VALUES ($1, (SELECT coalesce(max(sequence), 0) + 1 FROM ledger_records WHERE channel_id = $1), $2)
        """;

    // Records that were enqueued before the state was taken are in it; the writer keeps the order.
    private const string Store = """
        INSERT INTO ledger_snapshots (channel_id, sequence, content)
        VALUES ($1, (SELECT coalesce(max(sequence), 0) FROM ledger_records WHERE channel_id = $1), $2)
        ON CONFLICT (channel_id) DO UPDATE SET sequence = excluded.sequence, content = excluded.content
        """;

    private const string SelectState = "SELECT sequence, content FROM ledger_snapshots WHERE channel_id = $1";

    private const string SelectRecords =
        "SELECT content FROM ledger_records WHERE channel_id = $1 AND sequence > $2 ORDER BY sequence";

    // One statement, so that both are of one moment; a row without content where there is no record.
    private const string SelectWithPosition = """
        SELECT entry, content FROM log_position LEFT JOIN ledger_records ON channel_id = $1 ORDER BY sequence
        """;

    /// <summary>
    /// Adds a record. Only after this completes may anything that rests on it leave the node. What follows runs on the journal's
    /// thread, so that no other has to be woken for a unit to leave: it must be brief.
    /// </summary>
    public ValueTask AppendAsync(ChannelId channelId, byte[] record, bool mayWait = false) =>
        writer.AppendAsync(new LogEntry(channelId.ToArray(), record), mayWait);

    /// <summary>Adds the record of an own closure, and the closure itself, in one.</summary>
    public ValueTask AppendAsync(ChannelId channelId, byte[] record, SignedClosure own, long nowMs) =>
        writer.WriteAsync(new JournalAction(statements =>
        {
            Insert(statements, channelId.ToArray(), record);
            ClosureTable.Insert(statements, ClosureSide.Own, own, nowMs);
        })
        {
            IsBarrier = true,
        });

    /// <summary>Stores the state after all records handed over so far, so that recovery is short. The records stay, so it is in no hurry.</summary>
    public ValueTask StoreAsync(ChannelId channelId, byte[] state) =>
        writer.WriteAsync(new JournalAction(statements => statements.Execute(Store, channelId.ToArray(), state)), mayWait: true);

    /// <summary>What recovery starts from.</summary>
    public async ValueTask<StoredLedger> LoadAsync(ChannelId channelId)
    {
        // Records that only the log holds come into the tables first.
        await writer.WriteAsync(new JournalAction(_ => { }));
        var state = reader.Query(SelectState, row => (Sequence: row.GetInt64(0), Content: row.Bytes(1)), channelId.ToArray()).SingleOrDefault();
        return new StoredLedger(state.Content, reader.Query(SelectRecords, row => row.Bytes(0), channelId.ToArray(), state.Sequence));
    }

    /// <summary>Every record of a channel from its beginning on, oldest first, without those that only the log holds yet.</summary>
    public IReadOnlyList<byte[]> LoadHistory(ChannelId channelId) =>
        reader.Query(SelectRecords, row => row.Bytes(0), channelId.ToArray(), 0L);

    /// <summary>The same, and the number of the newest entry of the log that the tables held at that moment.</summary>
    public IReadOnlyList<byte[]> LoadHistory(ChannelId channelId, out ulong storedEntry)
    {
        var rows = reader.Query(SelectWithPosition, row => (Entry: row.U64(0), Content: row.IsDBNull(1) ? null : row.Bytes(1)), channelId.ToArray());
        storedEntry = rows[0].Entry;
        return [.. rows.Select(row => row.Content).OfType<byte[]>()];
    }

    /// <summary>Adds a record, within another write.</summary>
    internal static void Insert(JournalStatements statements, byte[] channelId, byte[] record) => statements.Execute(Append, channelId, record);
}
