using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Is told what a node's tunnels do. Calls come on the tunnel's threads, in order per channel, and must not wait.</summary>
internal interface ITunnelObserver
{
    /// <summary>A session was authenticated and serves the channel.</summary>
    void OnSessionStarted(ChannelId channelId);

    /// <summary>The session is over.</summary>
    void OnSessionEnded(ChannelId channelId, SessionEnd end);

    /// <summary>
    /// The newest pair of units has changed: what this node may hand to a gateway, and show on chain. Both are durable.
    /// </summary>
    void OnEvidence(ChannelId channelId, ChannelEvidence evidence);

    /// <summary>Both sides signed a closure: the channel serves no more, and anyone may settle it with these. Both are durable.</summary>
    void OnClosed(ChannelId channelId, SignedClosure own, SignedClosure peer);
}
