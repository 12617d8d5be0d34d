using System.Globalization;
using System.Numerics;
using System.Text;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>What <c>usage</c> groups by.</summary>
internal enum UsageGrouping
{
    Session = 1,
    Day = 2,
    Peer = 3,
    Channel = 4,
}

/// <summary>What <c>usage --json</c> prints.</summary>
internal sealed record UsageDocument
{
    public int Version { get; init; } = 1;

    /// <summary>session, day, peer or channel.</summary>
    public required string By { get; init; }

    public required IReadOnlyList<UsageRowDocument> Rows { get; init; }

    public required UsageRowDocument Total { get; init; }
}

/// <summary>One row; what does not apply to the grouping is null.</summary>
internal sealed record UsageRowDocument
{
    public string? Day { get; init; }

    public string? SessionId { get; init; }

    public string? ChannelId { get; init; }

    public string? Peer { get; init; }

    /// <summary>This node's side: consumer or provider.</summary>
    public string? Role { get; init; }

    public long? StartedAtMs { get; init; }

    public long? EndedAtMs { get; init; }

    public string? EndReason { get; init; }

    public int Sessions { get; init; }

    public ulong SentBytes { get; init; }

    public ulong ReceivedBytes { get; init; }

    /// <summary>By this node's own count.</summary>
    public ulong OwnBytes { get; init; }

    /// <summary>By the other side's newest units.</summary>
    public ulong PeerBytes { get; init; }

    /// <summary>By what both have signed.</summary>
    public ulong AgreedBytes { get; init; }

    /// <summary>The price of the agreed bytes in base units, rounded down per session and day: earned by a provider, spent by a consumer.</summary>
    public string Tokens { get; init; } = "0";

    public string TokensIpx { get; init; } = "0";
}

/// <summary>Sums the journal's history up into rows.</summary>
internal static class UsageReport
{
    private const string CsvHead =
        "day,session,channel,peer,role,started,ended,end_reason,sessions,sent_bytes,received_bytes,own_bytes,peer_bytes,agreed_bytes,tokens,tokens_ipx";

    public static UsageDocument Of(UsageGrouping grouping, IReadOnlyList<SessionRecord> sessions, IReadOnlyList<DailyUsage> days)
    {
        var details = sessions.ToDictionary(session => session.SessionId);
        var rows = days
            .GroupBy(day => KeyOf(grouping, day))
            .Select(group => Label(grouping, group.First(), details, Sum(group)))
            .OrderBy(row => row.Day, StringComparer.Ordinal)
            .ThenBy(row => row.StartedAtMs)
            .ThenBy(row => row.Peer, StringComparer.Ordinal)
            .ToList();
        return new UsageDocument { By = grouping.ToString().ToLowerInvariant(), Rows = rows, Total = Sum(days) };
    }

    public static string Csv(UsageDocument document)
    {
        var text = new StringBuilder(CsvHead).AppendLine();
        foreach (var row in document.Rows)
        {
            text.AppendJoin(
                ',',
                row.Day, row.SessionId, row.ChannelId, row.Peer, row.Role, Time(row.StartedAtMs), Time(row.EndedAtMs), row.EndReason,
                Number(row.Sessions), Number(row.SentBytes), Number(row.ReceivedBytes), Number(row.OwnBytes), Number(row.PeerBytes),
                Number(row.AgreedBytes), row.Tokens, row.TokensIpx).AppendLine();
        }

        return text.ToString();
    }

    public static string? Time(long? unixMs) => unixMs is { } at
        ? DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : null;

    private static object KeyOf(UsageGrouping grouping, DailyUsage day) => grouping switch
    {
        UsageGrouping.Session => day.SessionId,
        UsageGrouping.Day => day.Day,
        UsageGrouping.Peer => (day.Peer, day.Role),
        UsageGrouping.Channel => day.ChannelId,
        _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, "No such grouping."),
    };

    private static UsageRowDocument Label(
        UsageGrouping grouping, DailyUsage first, Dictionary<Guid, SessionRecord> details, UsageRowDocument sum)
    {
        var session = grouping == UsageGrouping.Session ? details.GetValueOrDefault(first.SessionId) : null;
        var byDay = grouping == UsageGrouping.Day;
        return sum with
        {
            Day = byDay ? first.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            SessionId = session?.SessionId.ToString(),
            ChannelId = grouping is UsageGrouping.Session or UsageGrouping.Channel ? first.ChannelId.ToString() : null,
            Peer = byDay ? null : first.Peer.ToString(),
            Role = byDay ? null : first.Role == SessionRole.Consumer ? "consumer" : "provider",
            StartedAtMs = session?.StartedAtMs,
            EndedAtMs = session?.EndedAtMs,
            EndReason = session?.EndReason,
        };
    }

    private static UsageRowDocument Sum(IEnumerable<DailyUsage> days)
    {
        var usage = default(UsageBytes);
        var tokens = BigInteger.Zero;
        var sessions = new HashSet<Guid>();
        foreach (var day in days)
        {
            usage += day.Usage;
            tokens += new BigInteger(day.Usage.AgreedBytes) * day.PricePerMB.BaseUnits / ProtocolConstants.BytesPerMB;
            sessions.Add(day.SessionId);
        }

        return new UsageRowDocument
        {
            Sessions = sessions.Count,
            SentBytes = usage.SentBytes,
            ReceivedBytes = usage.ReceivedBytes,
            OwnBytes = usage.OwnBytes,
            PeerBytes = usage.PeerBytes,
            AgreedBytes = usage.AgreedBytes,
            Tokens = tokens.ToString(CultureInfo.InvariantCulture),
            TokensIpx = TokenAmount.FromBaseUnits(tokens).ToTokens(),
        };
    }

    private static string Number<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
