using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tachyon.Demo;

/// <summary>The part of an edge's status document that the demo shows (docs/control-socket.md).</summary>
internal sealed record EdgeStatus(string Role, string Address, string State, string? Detail, string? Socks, string? Listen, EdgeService Gateway, EdgeTotals Totals, IReadOnlyList<EdgeChannel> Channels)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };
}

/// <summary>A service that the edge depends on, and whether it is connected.</summary>
internal sealed record EdgeService(string State, string? Detail);

/// <summary>Sums over an edge's channels.</summary>
internal sealed record EdgeTotals(
    ulong OwnBytes, ulong PeerBytes, ulong AgreedBytes, ulong UnitsSigned, ulong UnitsVerified, ulong Checkpoints, string TokensAccruedIpx, double MBPerSecond);

/// <summary>One channel as the edge sees it.</summary>
internal sealed record EdgeChannel(
    string ChannelId, string Kind, string Phase, ulong CapacityBytes, ulong OwnBytes, ulong PeerBytes, ulong AgreedBytes, ulong UnitsSigned, ulong UnitsVerified, ulong Checkpoints, EdgeClose? Close);

/// <summary>How far a close has come.</summary>
internal sealed record EdgeClose(string State, string? Detail);
