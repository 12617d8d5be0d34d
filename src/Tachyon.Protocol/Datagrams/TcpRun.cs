using System.Buffers.Binary;

namespace Tachyon.Protocol.Datagrams;

/// <summary>
/// A packet that stands for a run of TCP segments, as devices with segmentation offload make and take them: cutting such a
/// run into shorter ones, joining them again, and what it counts for.
/// </summary>
/// <param name="Ip">Its IP headers.</param>
/// <param name="HeaderBytes">Bytes of all headers, TCP's with its options included.</param>
/// <param name="SegmentBytes">Payload of each segment but the last.</param>
/// <param name="PacketBytes">Length of the packet.</param>
public readonly record struct TcpRun(IpPacket Ip, int HeaderBytes, int SegmentBytes, int PacketBytes)
{
    /// <summary>Most bytes of all headers of a run: what is kept in front of a piece's payload.</summary>
    public const int MaxHeaderBytes = 192;

    /// <summary>Most segments that one packet may stand for.</summary>
    public const int MaxSegments = 128;

    private const int TcpHeaderBytes = 20;
    private const int SequenceOffset = 4;
    private const int FlagsOffset = 13;
    private const int ChecksumOffset = 16;
    private const byte FinOrPush = 0x09;
    private const byte AckOnly = 0x10;

    /// <summary>Payload bytes of all segments together.</summary>
    public int PayloadBytes => PacketBytes - HeaderBytes;

    /// <summary>How many segments it stands for.</summary>
    public int Segments => (PayloadBytes + SegmentBytes - 1) / SegmentBytes;

    /// <summary>What it counts for: the whole packets that it stands for, each with headers of its own (protocol, Units).</summary>
    public int CountedBytes => PacketBytes + ((Segments - 1) * HeaderBytes);

    /// <summary>The largest of the packets that it stands for.</summary>
    public int LargestPacketBytes => HeaderBytes + Math.Min(SegmentBytes, PayloadBytes);

    /// <summary>Reads a run.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="header">What came with it; its segment bytes are above zero.</param>
    /// <param name="ip">The packet's IP headers.</param>
    /// <param name="run">The run.</param>
    /// <returns>False where the packet is no such run: not TCP, a fragment, without payload, or of more segments than are taken.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, in PacketHeader header, in IpPacket ip, out TcpRun run)
    {
        run = default;
        if (header.SegmentBytes == 0 || ip.Protocol != IpPacket.Tcp || ip.IsFragment || packet.Length < ip.TransportOffset + TcpHeaderBytes
            || header.ChecksumStart != ip.TransportOffset || header.ChecksumOffset != ChecksumOffset)
        {
            return false;
        }

        var tcpHeaderBytes = (packet[ip.TransportOffset + 12] >> 4) * 4;
        run = new TcpRun(ip, ip.TransportOffset + tcpHeaderBytes, header.SegmentBytes, packet.Length);
        return tcpHeaderBytes >= TcpHeaderBytes && run.HeaderBytes <= MaxHeaderBytes && run.PayloadBytes > 0 && run.Segments <= MaxSegments;
    }

    /// <summary>Makes the headers of one piece of the run.</summary>
    /// <param name="headers">The run's own headers.</param>
    /// <param name="piece">Receives the piece's headers; as long.</param>
    /// <param name="payloadOffset">Where the piece's payload begins in the run's; a multiple of the segment bytes.</param>
    /// <param name="payloadBytes">Length of the piece's payload.</param>
    public void WritePieceHeaders(ReadOnlySpan<byte> headers, Span<byte> piece, int payloadOffset, int payloadBytes)
    {
        headers.CopyTo(piece);
        var tcp = piece[Ip.TransportOffset..];
        BinaryPrimitives.WriteUInt32BigEndian(
            tcp[SequenceOffset..], unchecked(BinaryPrimitives.ReadUInt32BigEndian(tcp[SequenceOffset..]) + (uint)payloadOffset));
        if (payloadOffset + payloadBytes < PayloadBytes)
        {
            // The end of the data, and the wish to have it handed on, are the last segment's.
            tcp[FlagsOffset] = (byte)(tcp[FlagsOffset] & ~FinOrPush);
        }

        if (!Ip.IsIPv6)
        {
            var id = BinaryPrimitives.ReadUInt16BigEndian(piece[4..]);
            BinaryPrimitives.WriteUInt16BigEndian(piece[4..], unchecked((ushort)(id + (payloadOffset / SegmentBytes))));
        }

        WriteLength(piece, HeaderBytes + payloadBytes);
    }

    /// <summary>Whether <paramref name="next"/> goes on where a run ends, so that both can be handed on as one.</summary>
    /// <param name="headers">The headers of this run, whose payload is whole segments.</param>
    /// <param name="next">The run that may follow.</param>
    /// <param name="nextHeaders">Its headers.</param>
    public bool IsFollowedBy(ReadOnlySpan<byte> headers, in TcpRun next, ReadOnlySpan<byte> nextHeaders)
    {
        if (next.Ip != Ip || next.HeaderBytes != HeaderBytes || next.SegmentBytes != SegmentBytes || PayloadBytes % SegmentBytes != 0
            || PacketBytes + next.PayloadBytes > ushort.MaxValue || Segments + next.Segments > MaxSegments)
        {
            return false;
        }

        var tcp = headers[Ip.TransportOffset..];
        var nextTcp = nextHeaders[Ip.TransportOffset..];
        var expected = unchecked(BinaryPrimitives.ReadUInt32BigEndian(tcp[SequenceOffset..]) + (uint)PayloadBytes);
        return tcp[FlagsOffset] == AckOnly
            && (nextTcp[FlagsOffset] & ~FinOrPush) == AckOnly
            && BinaryPrimitives.ReadUInt32BigEndian(nextTcp[SequenceOffset..]) == expected
            && tcp[..SequenceOffset].SequenceEqual(nextTcp[..SequenceOffset])
            && tcp[8..FlagsOffset].SequenceEqual(nextTcp[8..FlagsOffset])
            && tcp[14..ChecksumOffset].SequenceEqual(nextTcp[14..ChecksumOffset])
            && tcp[18..(HeaderBytes - Ip.TransportOffset)].SequenceEqual(nextTcp[18..(HeaderBytes - Ip.TransportOffset)])
            && (Ip.IsIPv6
                ? headers[..4].SequenceEqual(nextHeaders[..4]) && headers[6..Ip.TransportOffset].SequenceEqual(nextHeaders[6..Ip.TransportOffset])
                : headers[..2].SequenceEqual(nextHeaders[..2]) && headers[6..10].SequenceEqual(nextHeaders[6..10])
                    && headers[12..Ip.TransportOffset].SequenceEqual(nextHeaders[12..Ip.TransportOffset]));
    }

    /// <summary>The run with what follows it, whose headers are put into this run's.</summary>
    public TcpRun Join(Span<byte> headers, in TcpRun next, ReadOnlySpan<byte> nextHeaders)
    {
        headers[Ip.TransportOffset + FlagsOffset] |= nextHeaders[Ip.TransportOffset + FlagsOffset];
        var joined = this with { PacketBytes = PacketBytes + next.PayloadBytes };
        WriteLength(headers, joined.PacketBytes);
        return joined;
    }

    // Lengths, the header's checksum, and of TCP's the part that goes with the length: the rest is left to the device.
    private void WriteLength(Span<byte> headers, int packetBytes)
    {
        if (Ip.IsIPv6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(headers[4..], (ushort)(packetBytes - 40));
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(headers[2..], (ushort)packetBytes);
            BinaryPrimitives.WriteUInt16BigEndian(headers[10..], 0);
            var sum = InternetChecksum.Fold(InternetChecksum.Add(0, headers[..Ip.TransportOffset]));
            BinaryPrimitives.WriteUInt16BigEndian(headers[10..], (ushort)~sum);
        }

        var pseudo = InternetChecksum.PseudoHeader(headers, Ip, packetBytes - Ip.TransportOffset);
        BinaryPrimitives.WriteUInt16BigEndian(headers[(Ip.TransportOffset + ChecksumOffset)..], pseudo);
    }
}
