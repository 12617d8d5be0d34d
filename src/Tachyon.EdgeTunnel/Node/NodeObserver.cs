using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Takes what the tunnels report to where it belongs: evidence to the gateway, sessions to the history, signed closures
/// to whoever closes.
/// </summary>
internal sealed class NodeObserver(ChannelBook book, GatewayClient gateway, SessionHistory history) : ITunnelObserver
{
    /// <summary>Raised when both sides have signed a closure, whoever asked for it.</summary>
    public event Action<ChannelId>? Closed;

    public void OnSessionStarted(ChannelId channelId)
    {
        if (book.Find(channelId) is { } channel)
        {
            history.Begin(channel);
        }
    }

    public void OnSessionEnded(ChannelId channelId, SessionEnd end) => history.End(channelId, end);

    public void OnEvidence(ChannelId channelId, ChannelEvidence evidence)
    {
        // The provider's money hangs on the evidence: it has the silo watch over it.
        if (book.Find(channelId) is { Role: SessionRole.Provider } && (evidence.Own ?? evidence.Peer) is not null)
        {
            gateway.SubmitUnits(new ChannelUnits(evidence.Peer, evidence.Own));
        }
    }

    public void OnClosed(ChannelId channelId, SignedClosure own, SignedClosure peer) => Closed?.Invoke(channelId);
}
