using System.Buffers.Binary;

namespace Tachyon.Protocol.Datagrams;

/// <summary>
/// What the headers of an IP packet say, as far as metering, policy and segmentation need it. IPv6 extension headers are walked.
/// </summary>
/// <param name="IsIPv6">IPv6, else IPv4.</param>
/// <param name="Protocol">The protocol behind all headers of IP: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6, …</param>
/// <param name="TransportOffset">Where that protocol's header begins.</param>
/// <param name="IsFragment">Whether the packet is part of one that was fragmented.</param>
/// <param name="IsLaterFragment">Whether it is not the first part, so that it has no header of that protocol.</param>
public readonly record struct IpPacket(bool IsIPv6, byte Protocol, int TransportOffset, bool IsFragment, bool IsLaterFragment)
{
    /// <summary>The protocol number of TCP.</summary>
    public const byte Tcp = 6;

    /// <summary>The protocol number of UDP.</summary>
    public const byte Udp = 17;

    private const int IPv4HeaderBytes = 20;
    private const int IPv6HeaderBytes = 40;
    private const int PortsBytes = 4;

    // More than any honest sender uses: a long chain only costs time.
    private const int MaxExtensions = 8;

    /// <summary>Bytes of an address.</summary>
    public int AddressBytes => IsIPv6 ? 16 : 4;

    /// <summary>Reads the headers of a packet.</summary>
    /// <returns>False where it is no whole IP packet: of another version, cut short, longer than it says, or with headers that do not fit.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, out IpPacket read)
    {
        read = default;
        return !packet.IsEmpty && (packet[0] >> 4) switch
        {
            4 => TryReadIPv4(packet, out read),
            6 => TryReadIPv6(packet, out read),
            _ => false,
        };
    }

    /// <summary>The address that the packet comes from.</summary>
    public ReadOnlySpan<byte> SourceOf(ReadOnlySpan<byte> packet) => packet.Slice(IsIPv6 ? 8 : 12, AddressBytes);

    /// <summary>The address that the packet goes to.</summary>
    public ReadOnlySpan<byte> DestinationOf(ReadOnlySpan<byte> packet) => packet.Slice(IsIPv6 ? 24 : 16, AddressBytes);

    /// <summary>The port that the packet goes to; null where the protocol has none, or the fragment does not show it.</summary>
    public int? DestinationPortOf(ReadOnlySpan<byte> packet) =>
        Protocol is Tcp or Udp && !IsLaterFragment && packet.Length >= TransportOffset + PortsBytes
            ? BinaryPrimitives.ReadUInt16BigEndian(packet[(TransportOffset + 2)..])
            : null;

    private static bool TryReadIPv4(ReadOnlySpan<byte> packet, out IpPacket read)
    {
        read = default;
        var headerBytes = (packet[0] & 0xF) * 4;
        if (packet.Length < IPv4HeaderBytes || headerBytes < IPv4HeaderBytes || packet.Length < headerBytes
            || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != packet.Length)
        {
            return false;
        }

        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        read = new IpPacket(false, packet[9], headerBytes, (fragment & 0x3FFF) != 0, (fragment & 0x1FFF) != 0);
        return true;
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> packet, out IpPacket read)
    {
        read = default;
        if (packet.Length < IPv6HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) + IPv6HeaderBytes != packet.Length)
        {
            return false;
        }

        var protocol = packet[6];
        var offset = IPv6HeaderBytes;
        var isFragment = false;
        var isLater = false;
        for (var walked = 0; IsExtension(protocol) && !isLater; walked++)
        {
            if (walked == MaxExtensions || packet.Length < offset + 8)
            {
                return false;
            }

            if (protocol == FragmentExtension)
            {
                isFragment = true;
                isLater = (BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]) & 0xFFF8) != 0;
                protocol = packet[offset];
                offset += 8;
            }
            else
            {
                var next = packet[offset];
                offset += protocol == AuthenticationExtension ? (packet[offset + 1] + 2) * 4 : (packet[offset + 1] + 1) * 8;
                protocol = next;
            }
        }

        read = new IpPacket(true, protocol, offset, isFragment, isLater);
        return packet.Length >= offset;
    }

    private const byte FragmentExtension = 44;
    private const byte AuthenticationExtension = 51;

    private static bool IsExtension(byte protocol) => protocol is 0 or 43 or FragmentExtension or AuthenticationExtension or 60 or 135 or 139 or 140;
}
