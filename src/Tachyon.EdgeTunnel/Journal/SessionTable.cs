using Microsoft.Data.Sqlite;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>One session of a channel, with the payload bytes that it moved.</summary>
internal sealed record SessionRecord
{
    public required Guid SessionId { get; init; }

    public required ChannelId ChannelId { get; init; }

    public required Address Peer { get; init; }

    /// <summary>This node's side.</summary>
    public required SessionRole Role { get; init; }

    public required long StartedAtMs { get; init; }

    /// <summary>Null while the session runs, and after a crash that cut it short.</summary>
    public long? EndedAtMs { get; init; }

    public string? EndReason { get; init; }

    public ulong SentBytes { get; init; }

    public ulong ReceivedBytes { get; init; }
}

/// <summary>Payload bytes of one session on one day (UTC).</summary>
internal sealed record DailyUsage(Guid SessionId, ChannelId ChannelId, Address Peer, DateOnly Day, ulong SentBytes, ulong ReceivedBytes);

/// <summary>The history of sessions and what they moved, by day: what <c>usage</c> reads. Not evidence.</summary>
internal sealed class SessionTable(JournalWriter writer, JournalReader reader)
{
    private const string Insert = """
        INSERT INTO sessions (session_id, channel_id, peer, role, started_at_ms) VALUES ($1, $2, $3, $4, $5)
        """;

    private const string End = "UPDATE sessions SET ended_at_ms = $2, end_reason = $3 WHERE session_id = $1";

    private const string Add = """
        INSERT INTO session_usage (session_id, day, sent_bytes, received_bytes) VALUES ($1, $2, $3, $4)
        ON CONFLICT (session_id, day) DO UPDATE SET sent_bytes = sent_bytes + $3, received_bytes = received_bytes + $4
        """;

    private const string SelectSessions = """
        SELECT s.session_id, s.channel_id, s.peer, s.role, s.started_at_ms, s.ended_at_ms, s.end_reason,
            coalesce(sum(u.sent_bytes), 0), coalesce(sum(u.received_bytes), 0)
        FROM sessions s LEFT JOIN session_usage u ON u.session_id = s.session_id
        WHERE s.started_at_ms >= $1 AND s.started_at_ms < $2
        GROUP BY s.session_id ORDER BY s.started_at_ms, s.session_id
        """;

    private const string SelectDays = """
        SELECT s.session_id, s.channel_id, s.peer, u.day, u.sent_bytes, u.received_bytes
        FROM session_usage u JOIN sessions s ON s.session_id = u.session_id
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
    public ValueTask AddUsageAsync(Guid sessionId, DateOnly day, ulong sentBytes, ulong receivedBytes) =>
        writer.WriteAsync(new JournalAction(statements => statements.Execute(
            Add, sessionId.ToByteArray(), day.DayNumber, sentBytes.Integer(), receivedBytes.Integer())));

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
        SentBytes = row.U64(7),
        ReceivedBytes = row.U64(8),
    };

    private static DailyUsage ReadDay(SqliteDataReader row) => new(
        new Guid(row.Bytes(0)), row.ChannelId(1), row.Address(2), DateOnly.FromDayNumber(row.GetInt32(3)), row.U64(4), row.U64(5));
}
