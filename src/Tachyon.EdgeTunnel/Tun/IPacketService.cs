using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>A provider's part in carrying packets: gives each session that asks for it a path.</summary>
internal interface IPacketService
{
    /// <summary>Opens a path.</summary>
    /// <param name="channel">The session's channel.</param>
    /// <param name="engine">The session's engine, which meters the packets.</param>
    /// <param name="rate">How fast the packets may go; null for any speed.</param>
    /// <param name="open">What the consumer asks for.</param>
    /// <param name="answer">Receives the answer: <see cref="PacketsOpenedPayload.Bytes"/>.</param>
    /// <returns>Null where no path is to be had.</returns>
    IPacketPath? Open(TunnelChannel channel, IUnitEngine engine, RateLimit? rate, PacketsOpenPayload open, Span<byte> answer);
}
