using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>What a session moved, or a part of it.</summary>
/// <param name="SentBytes">Payload that this node sent.</param>
/// <param name="ReceivedBytes">Payload that it received.</param>
/// <param name="OwnBytes">By how much this node's count of the channel grew.</param>
/// <param name="PeerBytes">By how much the other side's newest unit grew.</param>
/// <param name="AgreedBytes">By how much the count grew that both have signed: what was paid for.</param>
internal readonly record struct UsageBytes(ulong SentBytes, ulong ReceivedBytes, ulong OwnBytes, ulong PeerBytes, ulong AgreedBytes)
{
    public bool IsZero => this == default;

    public static UsageBytes operator +(UsageBytes left, UsageBytes right) => new(
        left.SentBytes + right.SentBytes,
        left.ReceivedBytes + right.ReceivedBytes,
        left.OwnBytes + right.OwnBytes,
        left.PeerBytes + right.PeerBytes,
        left.AgreedBytes + right.AgreedBytes);

    /// <summary>What came on top of an earlier reading. Counts that a restored peer shows anew do not count as less than none.</summary>
    public UsageBytes Since(UsageBytes before) => new(
        SentBytes - Math.Min(SentBytes, before.SentBytes),
        ReceivedBytes - Math.Min(ReceivedBytes, before.ReceivedBytes),
        OwnBytes - Math.Min(OwnBytes, before.OwnBytes),
        PeerBytes - Math.Min(PeerBytes, before.PeerBytes),
        AgreedBytes - Math.Min(AgreedBytes, before.AgreedBytes));
}

/// <summary>One session of a channel, with what it moved.</summary>
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

    /// <summary>Of the channel's terms; zero for a channel that is not in the journal.</summary>
    public TokenAmount PricePerMB { get; init; }

    public UsageBytes Usage { get; init; }
}

/// <summary>What one session moved on one day (UTC).</summary>
internal sealed record DailyUsage(
    Guid SessionId, ChannelId ChannelId, Address Peer, SessionRole Role, DateOnly Day, TokenAmount PricePerMB, UsageBytes Usage);
