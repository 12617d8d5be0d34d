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
internal sealed partial class SessionHistory(
    EdgeJournal journal, Func<ChannelId, ChannelStats?> statsOf, TimeProvider time, ILogger<SessionHistory> logger)
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
        _running[channel.ChannelId] = new Running(session.SessionId) { Noted = CountsOf(channel.ChannelId) };
        _ = WriteAsync(() => journal.Sessions.BeginAsync(session));
    }

    /// <summary>The channel's session has moved this much since it began, and the channel's counts are these.</summary>
    public void Sample(ChannelId channelId, SessionStats session)
    {
        if (_running.TryGetValue(channelId, out var running))
        {
            Note(running, channelId, (ulong)session.SentBytes, (ulong)session.ReceivedBytes);
        }
    }

    /// <summary>The same of a channel whose bytes go over the sessions of others: its counts alone are known.</summary>
    public void Sample(ChannelId channelId) => Sample(channelId, default);

    /// <summary>The channel's session is over.</summary>
    public void End(ChannelId channelId, SessionEnd end)
    {
        if (_running.TryRemove(channelId, out var running))
        {
            // The last units were exchanged since the last sample.
            Note(running, channelId, running.Noted.SentBytes, running.Noted.ReceivedBytes);
            var reason = end.Reason?.ToString() ?? "ConnectionLost";
            _ = WriteAsync(() => journal.Sessions.EndAsync(running.SessionId, time.GetUtcNow().ToUnixTimeMilliseconds(), reason));
        }
    }

    private void Note(Running running, ChannelId channelId, ulong sentBytes, ulong receivedBytes)
    {
        UsageBytes added;
        lock (running)
        {
            var now = CountsOf(channelId) with { SentBytes = sentBytes, ReceivedBytes = receivedBytes };
            added = now.Since(running.Noted);
            running.Noted = now;
        }

        if (!added.IsZero)
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            _ = WriteAsync(() => journal.Sessions.AddUsageAsync(running.SessionId, today, added));
        }
    }

    private UsageBytes CountsOf(ChannelId channelId) => statsOf(channelId) is { } stats
        ? new UsageBytes(0, 0, stats.OwnBytes, stats.PeerUnitBytes, stats.AgreedBytes)
        : default;

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

        /// <summary>The readings that are in the journal.</summary>
        public UsageBytes Noted { get; set; }
    }
}
