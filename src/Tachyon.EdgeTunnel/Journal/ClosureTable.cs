using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>Closures that either side signed. Whoever signed one serves and signs no more on that channel.</summary>
internal sealed class ClosureTable(JournalWriter writer, JournalReader reader)
{
    private const string Insert = """
        INSERT INTO closures (channel_id, side, bytes_used, valid_until_s, signature, at_ms) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (channel_id, side, bytes_used, valid_until_s) DO NOTHING
        """;

    private const string Select = """
        SELECT channel_id, side, bytes_used, valid_until_s, signature FROM closures
        WHERE channel_id = $1 AND side = $2 ORDER BY valid_until_s DESC, bytes_used DESC
        """;

    /// <summary>Keeps a closure with the signature of <paramref name="signer"/>.</summary>
    public ValueTask SaveAsync(SessionRole signer, SignedClosure closure, long nowMs) =>
        writer.WriteAsync(new JournalAction(statements => statements.Execute(
            Insert,
            closure.Closure.ChannelId.ToArray(),
            (int)signer,
            closure.Closure.BytesUsed.Integer(),
            closure.Closure.ValidUntilSeconds.Integer(),
            closure.Signature.ToArray(),
            nowMs)));

    /// <summary>The closures of one side of a channel, the one that stays valid longest first.</summary>
    public IReadOnlyList<SignedClosure> Load(ChannelId channelId, SessionRole signer) =>
        reader.Query(Select, Read, channelId.ToArray(), (int)signer);

    private static SignedClosure Read(SqliteDataReader row) =>
        new(new Closure(row.ChannelId(0), row.U64(2), row.U64(3)), row.Signature(4));
}
