using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>Who signed. The numbers are in the journal.</summary>
internal enum ClosureSide
{
    Invalid = 0,

    /// <summary>This node.</summary>
    Own = 1,

    /// <summary>The channel's other party.</summary>
    Peer = 2,
}

/// <summary>Closures that either side signed. Whoever signed one serves and signs no more on that channel.</summary>
internal sealed class ClosureTable(JournalWriter writer, JournalReader reader)
{
    private const string InsertRow = """
        INSERT INTO closures (channel_id, side, bytes_used, valid_until_s, signature, at_ms) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (channel_id, side, bytes_used, valid_until_s) DO NOTHING
        """;

    private const string Select = """
        SELECT channel_id, side, bytes_used, valid_until_s, signature FROM closures
        WHERE channel_id = $1 AND side = $2 ORDER BY valid_until_s DESC, bytes_used DESC
        """;

    /// <summary>Keeps a closure. Only after this completes may the own one leave the node.</summary>
    public ValueTask SaveAsync(ClosureSide side, SignedClosure closure, long nowMs) =>
        writer.WriteAsync(new JournalAction(statements => Insert(statements, side, closure, nowMs)) { IsBarrier = true });

    /// <summary>As <see cref="SaveAsync"/>, within another write.</summary>
    public static void Insert(JournalStatements statements, ClosureSide side, SignedClosure closure, long nowMs) => statements.Execute(
        InsertRow,
        closure.Closure.ChannelId.ToArray(),
        (int)side,
        closure.Closure.BytesUsed.Integer(),
        closure.Closure.ValidUntilSeconds.Integer(),
        closure.Signature.ToArray(),
        nowMs);

    /// <summary>The closures of one side of a channel, the one that stays valid longest first.</summary>
    public IReadOnlyList<SignedClosure> Load(ChannelId channelId, ClosureSide side) =>
        reader.Query(Select, Read, channelId.ToArray(), (int)side);

    private static SignedClosure Read(SqliteDataReader row) =>
        new(new Closure(row.ChannelId(0), row.U64(2), row.U64(3)), row.Signature(4));
}
