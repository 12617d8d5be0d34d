using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Udp;

/// <summary>Address and port of a UDP peer as a key: read from a socket's own form of it, so that no datagram costs an object.</summary>
/// <param name="High">The upper half of the address as IPv6; IPv4 is mapped.</param>
/// <param name="Low">The lower half.</param>
/// <param name="Port">The port.</param>
internal readonly record struct UdpPeer(ulong High, ulong Low, ushort Port)
{
    private const ulong MappedPrefix = 0xffff_0000_0000;

    // The places that all supported systems use: family, then the port in network order, then as below.
    private const int PortOffset = 2;
    private const int IPv4Offset = 4;
    private const int IPv6Offset = 8;

    /// <summary>Whether the address is of IPv4.</summary>
    public bool IsIPv4 => High == 0 && Low >> 32 == MappedPrefix >> 32;

    public static UdpPeer From(SocketAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortOffset..]);
        return address.Family == AddressFamily.InterNetworkV6
            ? new UdpPeer(BinaryPrimitives.ReadUInt64BigEndian(bytes[IPv6Offset..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[(IPv6Offset + 8)..]), port)
            : new UdpPeer(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes[IPv4Offset..]), port);
    }

    public static UdpPeer From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return From(endPoint.Serialize());
    }

    /// <summary>Writes the address, 4 or 16 bytes.</summary>
    /// <returns>Bytes written.</returns>
    public int WriteAddress(Span<byte> destination)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Low);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
        return 16;
    }
}
