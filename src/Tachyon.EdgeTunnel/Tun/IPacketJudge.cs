using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>Which packets of the peer may go on to the device. What may not is dropped before it is counted.</summary>
internal interface IPacketJudge
{
    /// <summary>Whether a packet may go on.</summary>
    bool Allows(ReadOnlySpan<byte> packet, in IpPacket ip);
}
