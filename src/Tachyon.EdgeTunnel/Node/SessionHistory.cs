using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Writes the history of sessions: when they ran and what they moved, by day. Not evidence: a crash may cost the last
/// seconds of it.
/// </summary>
internal sealed partial class SessionHistory(EdgeJournal journal, TimeProvider time, ILogger<SessionHistory> logger)
{
    private readonly ConcurrentDictionary<ChannelId, Running> _running = new();

    /// <summary>A session of the channel began.</summary>
    public void Begin(ChannelRecord channel)
    {
        var session = new SessionRecord
        {
            SessionId = Guid.NewGuid(),
            ChannelId = channel.ChannelId,
            Peer = channel.Peer,
            Role = channel.Role,
            StartedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        _running[channel.ChannelId] = new Running(session.SessionId);
        _ = WriteAsync(() => journal.Sessions.BeginAsync(session));
    }

    /// <summary>The channel's session has moved this much since it began.</summary>
    public void Sample(ChannelId channelId, SessionStats stats)
    {
        if (!_running.TryGetValue(channelId, out var running))
        {
            return;
        }

        ulong sent;
        ulong received;
        lock (running)
        {
            sent = (ulong)stats.SentBytes - running.SentBytes;
            received = (ulong)stats.ReceivedBytes - running.ReceivedBytes;
            running.SentBytes += sent;
            running.ReceivedBytes += received;
        }

        if (sent + received > 0)
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            _ = WriteAsync(() => journal.Sessions.AddUsageAsync(running.SessionId, today, sent, received));
        }
    }

    /// <summary>The channel's session is over.</summary>
    public void End(ChannelId channelId, SessionEnd end)
    {
        if (_running.TryRemove(channelId, out var running))
        {
            var reason = end.Reason?.ToString() ?? "ConnectionLost";
            _ = WriteAsync(() => journal.Sessions.EndAsync(running.SessionId, time.GetUtcNow().ToUnixTimeMilliseconds(), reason));
        }
    }

    private async Task WriteAsync(Func<ValueTask> write)
    {
        try
        {
            await write();
        }
        catch (Exception fault) when (fault is JournalException or ObjectDisposedException)
        {
            // Whoever holds the journal learns of its end from itself; the history alone stops nothing.
            LogLost(fault.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A piece of the session history was not written: {Reason}")]
    private partial void LogLost(string reason);

    private sealed class Running(Guid sessionId)
    {
        public Guid SessionId { get; } = sessionId;

        public ulong SentBytes { get; set; }

        public ulong ReceivedBytes { get; set; }
    }
}
