using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tun;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What a provider's session offers a consumer that wants to send whole packets.</summary>
/// <param name="Service">Opens paths.</param>
/// <param name="Channel">The session's channel.</param>
/// <param name="Rate">How fast it may go, with the session's streams together; null for any speed.</param>
internal sealed record PacketOffer(IPacketService Service, TunnelChannel Channel, RateLimit? Rate);
