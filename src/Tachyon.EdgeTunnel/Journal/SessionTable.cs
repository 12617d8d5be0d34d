using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>The history of sessions and what they moved, by day: what <c>usage</c> reads. Not evidence.</summary>
internal sealed class SessionTable(JournalWriter writer, JournalReader reader)
{
    private const string Insert = """
        INSERT INTO sessions (session_id, channel_id, peer, role, started_at_ms) VALUES ($1, $2, $3, $4, $5)
        """;

    private const string End = "UPDATE sessions SET ended_at_ms = $2, end_reason = $3 WHERE session_id = $1";

    private const string Add = """
        INSERT INTO session_usage (session_id, day, sent_bytes, received_bytes, own_bytes, peer_bytes, agreed_bytes)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (session_id, day) DO UPDATE SET sent_bytes = sent_bytes + $3, received_bytes = received_bytes + $4,
            own_bytes = own_bytes + $5, peer_bytes = peer_bytes + $6, agreed_bytes = agreed_bytes + $7
        """;

    private const string SelectSessions = """
        SELECT s.session_id, s.channel_id, s.peer, s.role, s.started_at_ms, s.ended_at_ms, s.end_reason, c.price_per_mb,
            coalesce(sum(u.sent_bytes), 0), coalesce(sum(u.received_bytes), 0),
            coalesce(sum(u.own_bytes), 0), coalesce(sum(u.peer_bytes), 0), coalesce(sum(u.agreed_bytes), 0)
        FROM sessions s LEFT JOIN session_usage u ON u.session_id = s.session_id
            LEFT JOIN channels c ON c.channel_id = s.channel_id
        WHERE s.started_at_ms >= $1 AND s.started_at_ms < $2
        GROUP BY s.session_id ORDER BY s.started_at_ms, s.session_id
        """;

    private const string SelectDays = """
        SELECT s.session_id, s.channel_id, s.peer, s.role, u.day, c.price_per_mb,
            u.sent_bytes, u.received_bytes, u.own_bytes, u.peer_bytes, u.agreed_bytes
        FROM session_usage u JOIN sessions s ON s.session_id = u.session_id
            LEFT JOIN channels c ON c.channel_id = s.channel_id
        WHERE u.day >= $1 AND u.day < $2 ORDER BY u.day, s.started_at_ms, s.session_id
        """;

    public ValueTask BeginAsync(SessionRecord session) => writer.WriteAsync(new JournalAction(statements => statements.Execute(
        Insert,
        session.SessionId.ToByteArray(),
        session.ChannelId.ToArray(),
        session.Peer.ToArray(),
        (int)session.Role,
        session.StartedAtMs)));

    /// <summary>Adds what a session moved since the last call.</summary>
    public ValueTask AddUsageAsync(Guid sessionId, DateOnly day, UsageBytes usage) =>
        writer.WriteAsync(new JournalAction(statements => statements.Execute(
            Add,
            sessionId.ToByteArray(),
            day.DayNumber,
            usage.SentBytes.Integer(),
            usage.ReceivedBytes.Integer(),
            usage.OwnBytes.Integer(),
            usage.PeerBytes.Integer(),
            usage.AgreedBytes.Integer())));

    public ValueTask EndAsync(Guid sessionId, long endedAtMs, string reason) => writer.WriteAsync(new JournalAction(statements =>
        statements.Execute(End, sessionId.ToByteArray(), endedAtMs, reason)));

    /// <summary>Sessions that started within the span, oldest first.</summary>
    public IReadOnlyList<SessionRecord> Load(long fromMs, long beforeMs) => reader.Query(SelectSessions, ReadSession, fromMs, beforeMs);

    /// <summary>Usage per session and day within the span, oldest first.</summary>
    public IReadOnlyList<DailyUsage> LoadDays(DateOnly from, DateOnly before) =>
        reader.Query(SelectDays, ReadDay, from.DayNumber, before.DayNumber);

    private static SessionRecord ReadSession(SqliteDataReader row) => new()
    {
        SessionId = new Guid(row.Bytes(0)),
        ChannelId = row.ChannelId(1),
        Peer = row.Address(2),
        Role = (SessionRole)row.GetInt32(3),
        StartedAtMs = row.GetInt64(4),
        EndedAtMs = row.IsDBNull(5) ? null : row.GetInt64(5),
        EndReason = row.TextOrNull(6),
        PricePerMB = row.IsDBNull(7) ? default : row.Amount(7),
        Usage = ReadUsage(row, 8),
    };

    private static DailyUsage ReadDay(SqliteDataReader row) => new(
        new Guid(row.Bytes(0)),
        row.ChannelId(1),
        row.Address(2),
        (SessionRole)row.GetInt32(3),
        DateOnly.FromDayNumber(row.GetInt32(4)),
        row.IsDBNull(5) ? default : row.Amount(5),
        ReadUsage(row, 6));

    private static UsageBytes ReadUsage(SqliteDataReader row, int column) =>
        new(row.U64(column), row.U64(column + 1), row.U64(column + 2), row.U64(column + 3), row.U64(column + 4));
}
