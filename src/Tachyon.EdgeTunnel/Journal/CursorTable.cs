using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>How far the chain has been read: everything up to this block, as long as it has this hash.</summary>
internal sealed record ChainCursor(ulong BlockNumber, Bytes32 BlockHash);

/// <summary>Where reading something goes on after a restart: the chain, or an operator's log of statements, whose name then stands for the hash.</summary>
internal sealed class CursorTable(JournalWriter writer, JournalReader reader, string name)
{
    private const string Upsert = """
        INSERT INTO cursors (name, block, block_hash) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET block = $2, block_hash = $3
        """;

    /// <summary>To be called after everything up to that block was saved.</summary>
    public ValueTask SaveAsync(ChainCursor cursor) => writer.WriteAsync(new JournalAction(statements =>
        statements.Execute(Upsert, name, cursor.BlockNumber.Integer(), cursor.BlockHash.ToArray())));

    /// <summary>Null before the first save.</summary>
    public ChainCursor? Find() => reader.Query(
        "SELECT block, block_hash FROM cursors WHERE name = $1", row => new ChainCursor(row.U64(0), row.Bytes32(1)), name).SingleOrDefault();
}
