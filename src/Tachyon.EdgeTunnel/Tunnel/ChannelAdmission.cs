using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A channel that may be served, or why not.</summary>
internal sealed record ChannelAdmission
{
    private ChannelAdmission(TunnelChannel? channel, GoodbyeReason? refusal, string detail)
    {
        Channel = channel;
        Refusal = refusal;
        Detail = detail;
    }

    /// <summary>The channel; null when refused.</summary>
    public TunnelChannel? Channel { get; }

    /// <summary>Why not; null when admitted. The peer is told.</summary>
    public GoodbyeReason? Refusal { get; }

    /// <summary>One line for this node's log; the peer is not told.</summary>
    public string Detail { get; }

    public static ChannelAdmission Admit(TunnelChannel channel) => new(channel, null, "");

    public static ChannelAdmission Refuse(GoodbyeReason refusal, string detail) => new(null, refusal, detail);
}

/// <summary>A channel as a session needs to know it.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Terms">Its terms, with the opening capacity.</param>
/// <param name="CapacityBytes">Its capacity with every top-up that this node saw final.</param>
/// <param name="PaidBytes">What claims have paid for, as far as this node saw it final.</param>
internal sealed record TunnelChannel(ChannelId ChannelId, Terms Terms, ulong CapacityBytes, ulong PaidBytes = 0);
