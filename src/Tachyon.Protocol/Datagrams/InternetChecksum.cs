using System.Buffers.Binary;

namespace Tachyon.Protocol.Datagrams;

/// <summary>The ones' complement sum of RFC 1071.</summary>
internal static class InternetChecksum
{
    /// <summary>Adds bytes to a sum; an odd one at the end counts as if a zero followed.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(uint); bytes = bytes[sizeof(uint)..])
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        if (bytes.Length >= sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[sizeof(ushort)..];
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    /// <summary>The sum in 16 bits, not complemented.</summary>
    public static ushort Fold(ulong sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    /// <summary>The sum of the pseudo header of a transport protocol over IP, not complemented.</summary>
    public static ushort PseudoHeader(ReadOnlySpan<byte> packet, in IpPacket ip, int transportBytes) =>
        Fold(Add(Add((ulong)ip.Protocol + (uint)transportBytes, ip.SourceOf(packet)), ip.DestinationOf(packet)));
}
