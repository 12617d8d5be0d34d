using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>How a channel ended on chain.</summary>
internal sealed record SettlementRecord(
    ChannelId ChannelId,
    ulong BytesUsed,
    TokenAmount Paid,
    TokenAmount Burned,
    TokenAmount Refunded,
    Bytes32 TransactionHash,
    ulong BlockNumber);

/// <summary>The ends of this node's channels, as its own RPC endpoint showed them.</summary>
internal sealed class SettlementTable(JournalWriter writer, JournalReader reader)
{
    // A re-organisation may move an end to another transaction: the newest sight counts.
    private const string Upsert = """
        INSERT INTO settlements (channel_id, bytes_used, paid, burned, refunded, transaction_hash, block)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (channel_id) DO UPDATE SET bytes_used = $2, paid = $3, burned = $4, refunded = $5, transaction_hash = $6, block = $7
        """;

    private const string SelectAll =
        "SELECT channel_id, bytes_used, paid, burned, refunded, transaction_hash, block FROM settlements";

    public ValueTask SaveAsync(SettlementRecord settlement) => writer.WriteAsync(new JournalAction(statements => statements.Execute(
        Upsert,
        settlement.ChannelId.ToArray(),
        settlement.BytesUsed.Integer(),
        settlement.Paid.ToString(),
        settlement.Burned.ToString(),
        settlement.Refunded.ToString(),
        settlement.TransactionHash.ToArray(),
        settlement.BlockNumber.Integer())));

    public IReadOnlyList<SettlementRecord> Load() => reader.Query(SelectAll, Read);

    private static SettlementRecord Read(SqliteDataReader row) => new(
        row.ChannelId(0), row.U64(1), row.Amount(2), row.Amount(3), row.Amount(4), row.Bytes32(5), row.U64(6));
}
