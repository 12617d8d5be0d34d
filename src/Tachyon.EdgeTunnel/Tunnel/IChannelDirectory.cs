using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Tells a provider's tunnel which channels it may serve.</summary>
/// <remarks>
/// The answer rests on what this node itself saw on its own RPC endpoint at the configured finality, never on what a
/// gateway or the peer says.
/// </remarks>
internal interface IChannelDirectory
{
    /// <summary>Asked once per session, before the peer's signature is judged. Must not throw for an unknown channel.</summary>
    ValueTask<ChannelAdmission> AdmitAsync(ChannelId channelId, CancellationToken cancellationToken);
}
