using System.Buffers.Binary;
using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// struct virtio_net_hdr, which a device with IFF_VNET_HDR puts in front of each packet and wants there: flags u8, segmentation
/// u8, header bytes u16, segment bytes u16, checksum start u16, checksum offset u16, little-endian as the machines this runs on.
/// </summary>
internal static class VirtioHeader
{
    public const int Bytes = 10;

    private const byte NeedsChecksum = 1;
    private const byte NotSegmented = 0;
    private const byte TcpOverIPv4 = 1;
    private const byte TcpOverIPv6 = 4;

    /// <summary>What the device says about a packet.</summary>
    /// <returns>False for what this node did not ask for.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, int packetBytes, out PacketHeader header)
    {
        var isChecksumLeft = (source[0] & NeedsChecksum) != 0;
        var isSegmented = source[1] is TcpOverIPv4 or TcpOverIPv6;
        header = new PacketHeader(
            HasUnit: false,
            isChecksumLeft,
            packetBytes,
            isSegmented ? BinaryPrimitives.ReadUInt16LittleEndian(source[4..]) : 0,
            isChecksumLeft ? BinaryPrimitives.ReadUInt16LittleEndian(source[6..]) : 0,
            isChecksumLeft ? BinaryPrimitives.ReadUInt16LittleEndian(source[8..]) : 0);
        return isSegmented ? isChecksumLeft && header.SegmentBytes > 0 : source[1] == NotSegmented;
    }

    /// <summary>Tells the device about a packet.</summary>
    /// <param name="destination">Receives the header.</param>
    /// <param name="header">The packet's.</param>
    /// <param name="run">The segments that it stands for; null where it stands for itself.</param>
    public static void Write(Span<byte> destination, in PacketHeader header, in TcpRun? run)
    {
        destination[..Bytes].Clear();
        destination[0] = header.IsChecksumLeft ? NeedsChecksum : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], (ushort)header.ChecksumStart);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[8..], (ushort)header.ChecksumOffset);
        if (run is { Segments: > 1 } several)
        {
            destination[1] = several.Ip.IsIPv6 ? TcpOverIPv6 : TcpOverIPv4;
            BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], (ushort)several.HeaderBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], (ushort)several.SegmentBytes);
        }
    }
}
