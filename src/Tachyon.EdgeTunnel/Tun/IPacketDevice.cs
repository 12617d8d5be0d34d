using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>Where packets of the peer go: a network device of this machine.</summary>
internal interface IPacketDevice
{
    /// <summary>Hands a packet to the device.</summary>
    /// <param name="header">How it is to be understood: checksum left, segments.</param>
    /// <param name="packet">The packet, in pieces that follow each other. What they point to is not moved.</param>
    void Write(in PacketHeader header, ReadOnlySpan<LinuxNative.Vector> packet);
}
