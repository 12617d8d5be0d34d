using System.Buffers.Binary;
using Tachyon.Protocol.Datagrams;

namespace Tachyon.Protocol.Tests.Datagrams;

/// <summary>Cut anywhere and joined again, a run stays the run that it was, and its pieces are what a network card would make of it.</summary>
public sealed class TcpRunTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pieces_OfAnyRun_HaveTheHeadersOfTheirPlace(bool ipv6)
    {
        var random = new Random((int)Properties.Seed);
        for (var i = 0; i < 500 * Properties.Factor; i++)
        {
            var (packet, run) = RandomRun(random, ipv6);
            var segmentsPerPiece = random.Next(1, 9);
            var counted = 0;
            TcpRun? joined = null;
            byte[] joinedHeaders = [];
            for (var offset = 0; offset < run.PayloadBytes; offset += segmentsPerPiece * run.SegmentBytes)
            {
                var payloadBytes = Math.Min(segmentsPerPiece * run.SegmentBytes, run.PayloadBytes - offset);
                var piece = new byte[run.HeaderBytes + payloadBytes];
                run.WritePieceHeaders(packet.AsSpan(0, run.HeaderBytes), piece, offset, payloadBytes);
                packet.AsSpan(run.HeaderBytes + offset, payloadBytes).CopyTo(piece.AsSpan(run.HeaderBytes));

                Assert.True(IpPacket.TryRead(piece, out var ip));
                Assert.True(TcpRun.TryRead(piece, HeaderOf(piece.Length, ip, run.SegmentBytes), ip, out var pieceRun));
                counted += pieceRun.CountedBytes;
                var isLast = offset + payloadBytes == run.PayloadBytes;
                Assert.Equal(isLast ? packet[ip.TransportOffset + 13] : 0x10, piece[ip.TransportOffset + 13]);
                Assert.Equal(
                    unchecked(Word(packet, ip.TransportOffset + 4) + (uint)offset), Word(piece, ip.TransportOffset + 4));
                AssertPseudoSum(piece, ip);
                if (!ipv6)
                {
                    Assert.Equal(0xFFFF, InternetChecksum.Fold(InternetChecksum.Add(0, piece.AsSpan(0, ip.TransportOffset))));
                }

                if (joined is not { } before)
                {
                    (joined, joinedHeaders) = (pieceRun, piece[..run.HeaderBytes]);
                }
                else
                {
                    Assert.True(before.IsFollowedBy(joinedHeaders, pieceRun, piece));
                    joined = before.Join(joinedHeaders, pieceRun, piece);
                }
            }

            // What is counted does not depend on where the run was cut: every segment has its headers once.
            Assert.Equal(run.CountedBytes, counted);
            Assert.Equal(run, joined);
            Assert.Equal(packet[..run.HeaderBytes], joinedHeaders);
        }
    }

    [Fact]
    public void CountedBytes_OfARun_AreThoseOfItsPackets()
    {
        var (_, run) = Run(false, 3_000, 1_400, 0x10);
        Assert.Equal(3, run.Segments);
        Assert.Equal(3_000 + (3 * 40), run.CountedBytes);
        Assert.Equal(1_440, run.LargestPacketBytes);
    }

    [Fact]
    public void IsFollowedBy_AnythingElseBetween_IsFalse()
    {
        var (first, run) = Run(false, 2_800, 1_400, 0x10);
        var (second, next) = Run(false, 1_000, 1_400, 0x18, sequence: 2_800);
        Assert.True(run.IsFollowedBy(first, next, second));

        // Every byte of the headers but lengths, id, sums and the flags of the end must be the same, or what it should be.
        int[] free = [2, 3, 4, 5, 10, 11, 36, 37];
        for (var at = 0; at < 40; at++)
        {
            if (!free.Contains(at))
            {
                byte[] changed = [.. second];
                changed[at] ^= 0x40;
                Assert.False(
                    IpPacket.TryRead(changed, out var ip)
                    && TcpRun.TryRead(changed, HeaderOf(changed.Length, ip, 1_400), ip, out var other)
                    && run.IsFollowedBy(first, other, changed),
                    $"byte {at}");
            }
        }

        var (short_, shortRun) = Run(false, 2_000, 1_400, 0x10);
        var (late, lateRun) = Run(false, 1_000, 1_400, 0x10, sequence: 2_000);
        Assert.False(shortRun.IsFollowedBy(short_, lateRun, late));
    }

    [Fact]
    public void TryRead_PacketsOfAnyKind_AreReadOrRefusedWithoutHarm()
    {
        var random = new Random((int)Properties.Seed);
        for (var i = 0; i < 200_000 * Properties.Factor; i++)
        {
            var packet = new byte[random.Next(0, 120)];
            random.NextBytes(packet);
            if (packet.Length > 20 && random.Next(4) > 0)
            {
                packet[0] = (byte)(random.Next(2) == 0 ? 0x40 | random.Next(4, 8) : 0x60);
                BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(packet[0] >= 0x60 ? 4 : 2), (ushort)(packet.Length - (packet[0] >= 0x60 ? 40 : 0)));
                packet[packet[0] >= 0x60 ? 6 : 9] = (byte)(random.Next(3) == 0 ? 6 : random.Next(3) == 0 ? 44 : random.Next(256));
            }

            if (IpPacket.TryRead(packet, out var ip))
            {
                Assert.InRange(ip.TransportOffset, 20, packet.Length);
                _ = ip.DestinationPortOf(packet);
                if (TcpRun.TryRead(packet, HeaderOf(packet.Length, ip, random.Next(1, 2_000)), ip, out var run))
                {
                    Assert.InRange(run.HeaderBytes, 40, packet.Length - 1);
                }
            }
        }
    }

    [Fact]
    public void PacketHeader_BytesOfAnyKind_FitTheirContentOrAreRefused()
    {
        var random = new Random((int)Properties.Seed);
        for (var i = 0; i < 200_000 * Properties.Factor; i++)
        {
            var content = new byte[random.Next(0, 300)];
            random.NextBytes(content);
            if (content.Length > 12 && random.Next(5) > 0)
            {
                content[0] &= 3;
                content[1] = content[2] = content[10] = content[11] = 0;
                content[6] = content[8] = 0;
            }

            if (PacketHeader.TryRead(content, out var header))
            {
                Assert.True(header.PrefixBytes + header.PacketBytes <= content.Length);
                Assert.True(!header.IsChecksumLeft || header.ChecksumStart + header.ChecksumOffset + 2 <= header.PacketBytes);
                var written = new byte[PacketHeader.Bytes];
                header.Write(written);
                Assert.Equal(content[..PacketHeader.Bytes], written);
            }
        }
    }

    private static (byte[] Packet, TcpRun Run) RandomRun(Random random, bool ipv6) =>
        Run(ipv6, random.Next(1, 60_000), random.Next(536, 1_400), random.Next(3) switch { 0 => 0x10, 1 => 0x18, _ => 0x19 }, (uint)random.NextInt64(), random);

    private static (byte[] Packet, TcpRun Run) Run(
        bool ipv6, int payloadBytes, int segmentBytes, int flags, uint sequence = 0, Random? random = null)
    {
        var ipBytes = ipv6 ? 40 : 20;
        var tcpBytes = random is null ? 20 : 32;
        var packet = new byte[ipBytes + tcpBytes + payloadBytes];
        random?.NextBytes(packet);
        packet[0] = (byte)(ipv6 ? 0x60 : 0x45);
        packet[ipv6 ? 6 : 9] = 6;
        if (!ipv6)
        {
            packet[6] = 0x40;
            packet[7] = 0;
        }

        packet[ipBytes + 12] = (byte)(tcpBytes / 4 << 4);
        packet[ipBytes + 13] = (byte)flags;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(ipBytes + 4), sequence);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(ipv6 ? 4 : 2), (ushort)(packet.Length - (ipv6 ? 40 : 0)));
        Assert.True(IpPacket.TryRead(packet, out var ip));
        if (!ipv6)
        {
            packet[10] = packet[11] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(
                packet.AsSpan(10), (ushort)~InternetChecksum.Fold(InternetChecksum.Add(0, packet.AsSpan(0, 20))));
        }

        BinaryPrimitives.WriteUInt16BigEndian(
            packet.AsSpan(ipBytes + 16), InternetChecksum.PseudoHeader(packet, ip, packet.Length - ipBytes));
        Assert.True(TcpRun.TryRead(packet, HeaderOf(packet.Length, ip, segmentBytes), ip, out var run));
        return (packet, run);
    }

    private static PacketHeader HeaderOf(int packetBytes, IpPacket ip, int segmentBytes) =>
        new(false, true, packetBytes, segmentBytes, ip.TransportOffset, 16);

    private static uint Word(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(offset));

    // Against a sum made the slow way.
    private static void AssertPseudoSum(byte[] packet, IpPacket ip)
    {
        byte[] pseudo = [.. ip.SourceOf(packet), .. ip.DestinationOf(packet), 0, 6, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(pseudo.AsSpan(pseudo.Length - 2), (ushort)(packet.Length - ip.TransportOffset));
        uint sum = 0;
        for (var at = 0; at < pseudo.Length; at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(pseudo.AsSpan(at));
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        Assert.Equal(sum, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(ip.TransportOffset + 16)));
    }
}
