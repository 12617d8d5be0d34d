using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>The channels that this node is a party of.</summary>
internal sealed class ChannelTable(JournalWriter writer, JournalReader reader)
{
    private const string Upsert = """
        INSERT INTO channels (channel_id, role, consumer, provider, opening_bytes, price_per_mb, tolerance_ppm, kind, salt,
            capacity_bytes, phase, paid_bytes, deadline_s, endpoint, known_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (channel_id) DO UPDATE SET capacity_bytes = $10, phase = $11, paid_bytes = $12, deadline_s = $13, endpoint = $14
        """;

    private const string SelectAll = """
        SELECT channel_id, role, consumer, provider, opening_bytes, price_per_mb, tolerance_ppm, kind, salt,
            capacity_bytes, phase, paid_bytes, deadline_s, endpoint, known_at_ms
        FROM channels ORDER BY known_at_ms, channel_id
        """;

    /// <summary>Adds the channel, or replaces what the chain may change of it.</summary>
    public ValueTask SaveAsync(ChannelRecord channel) => writer.WriteAsync(new JournalAction(statements => statements.Execute(
        Upsert,
        channel.ChannelId.ToArray(),
        (int)channel.Role,
        channel.Terms.Consumer.ToArray(),
        channel.Terms.Provider.ToArray(),
        channel.Terms.CapacityBytes.Integer(),
        channel.Terms.PricePerMB.ToString(),
        channel.Terms.TolerancePpm,
        (int)channel.Terms.Kind,
        channel.Terms.Salt.ToArray(),
        channel.CapacityBytes.Integer(),
        (int)channel.Stage,
        channel.PaidBytes.Integer(),
        channel.DeadlineSeconds.Integer(),
        channel.Endpoint,
        channel.KnownAtMs)));

    /// <summary>All channels, oldest first.</summary>
    public IReadOnlyList<ChannelRecord> Load() => reader.Query(SelectAll, Read);

    private static ChannelRecord Read(SqliteDataReader row) => new()
    {
        ChannelId = row.ChannelId(0),
        Role = (SessionRole)row.GetInt32(1),
        Terms = new Terms(
            row.Address(2), row.Address(3), row.U64(4), row.Amount(5), row.U32(6), (ChannelKind)row.GetInt32(7), row.Bytes32(8)),
        CapacityBytes = row.U64(9),
        Stage = (ChannelStage)row.GetInt32(10),
        PaidBytes = row.U64(11),
        DeadlineSeconds = row.U64(12),
        Endpoint = row.TextOrNull(13),
        KnownAtMs = row.GetInt64(14),
    };
}
