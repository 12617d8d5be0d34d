using System.Buffers.Binary;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>From a device's packet to datagrams and back, without any device: sizes, units, and paths that carry less.</summary>
public sealed class PacketSenderTests
{
    private static readonly DatagramSecrets Secrets = new(
        Bytes32.FromBytes(new byte[32]), Bytes32.FromBytes(new byte[32]), ChannelId.FromBytes(new byte[32]), 1, 2, RecordCipher.Aes256Gcm);

    [Theory]
    [InlineData(1_472, 0)]
    [InlineData(1_472, 121)]
    [InlineData(1_300, 0)]
    [InlineData(1_300, 121)]
    public void Send_RunsOfAnySize_ComeOutAsTheyWere(int pathBytes, int unitBytes)
    {
        var random = new Random(pathBytes + unitBytes);
        var network = new Network(pathBytes);
        using var sender = new PacketSender(Secrets.Sealer(SessionRole.Consumer), network, new PeerAddress());
        for (var i = 0; i < 300; i++)
        {
            var (buffer, header, run) = Run(random, random.Next(1, 64_000), random.Next(500, 1_400));
            var payload = buffer.AsSpan(PacketSender.RoomBeforeBytes + run.HeaderBytes, run.PayloadBytes).ToArray();
            var unit = new byte[unitBytes];
            random.NextBytes(unit);
            sender.Send(buffer, PacketSender.RoomBeforeBytes, header, run, unit);
            if (network.Refused)
            {
                // The first that is too large for the path is lost, and the next one fits.
                network.Refused = false;
                network.Take();
                continue;
            }

            var received = network.Take();
            Assert.Equal(payload, received.Payload);
            Assert.Equal(unit, received.Unit);
            Assert.Equal(run.CountedBytes, received.CountedBytes);
        }

        Assert.InRange(sender.PathDatagramBytes, DatagramLayout.MinPathDatagramBytes, pathBytes);
    }

    private static (byte[] Buffer, PacketHeader Header, TcpRun Run) Run(Random random, int payloadBytes, int segmentBytes)
    {
        var packetBytes = 52 + payloadBytes;
        var buffer = new byte[PacketSender.RoomBeforeBytes + packetBytes + PacketSender.RoomBehindBytes];
        random.NextBytes(buffer);
        var packet = buffer.AsSpan(PacketSender.RoomBeforeBytes, packetBytes);
        packet[0] = 0x45;
        packet[6] = packet[7] = 0;
        packet[9] = 6;
        packet[32] = 0x80;
        packet[33] = 0x10;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packetBytes);
        var header = new PacketHeader(false, true, packetBytes, segmentBytes, 20, 16);
        Assert.True(IpPacket.TryRead(packet, out var ip));
        Assert.True(TcpRun.TryRead(packet, header, ip, out var run));
        return (buffer, header, run);
    }

    /// <summary>Carries datagrams up to a size, and opens what comes.</summary>
    private sealed unsafe class Network(int pathBytes) : IDatagramPort
    {
        private readonly DatagramOpener _opener = Secrets.Opener(SessionRole.Consumer);
        private readonly GroupAssembly _assembly = new();
        private readonly List<byte> _payload = [];
        private byte[] _unit = [];
        private int _countedBytes;

        public bool Refused { get; set; }

        public int MaxDatagramBytes => DatagramLayout.MaxDatagramBytes;

        public SendOutcome Send(DatagramBatch batch, PeerAddress to)
        {
            if (batch.DatagramBytes > pathBytes)
            {
                Refused = true;
                return SendOutcome.TooLarge;
            }

            var bytes = new List<byte>();
            foreach (var vector in batch.Vectors)
            {
                bytes.AddRange(new ReadOnlySpan<byte>(vector.Start, (int)vector.Bytes));
            }

            Assert.InRange(bytes.Count, 1, 65_487);
            Span<byte> rest = bytes.ToArray();
            while (_assembly.TryNext(ref rest, batch.DatagramBytes, _opener, out var header, out var group))
            {
                Assert.Equal(DatagramOutcome.Opened, _opener.Open(header, group));
                var content = group[..^DatagramLayout.TagBytes];
                Assert.True(PacketHeader.TryRead(content, out var packetHeader));
                if (packetHeader.HasUnit)
                {
                    Assert.Empty(_unit);
                    _unit = content.Slice(PacketHeader.Bytes, FrameLayout.UnitSectionBytes).ToArray();
                }

                var packet = content.Slice(packetHeader.PrefixBytes, packetHeader.PacketBytes);
                Assert.True(IpPacket.TryRead(packet, out var ip));
                Assert.True(TcpRun.TryRead(packet, packetHeader, ip, out var run));
                _countedBytes += run.CountedBytes;
                _payload.AddRange(packet[run.HeaderBytes..]);
            }

            return SendOutcome.Sent;
        }

        public (byte[] Payload, byte[] Unit, int CountedBytes) Take()
        {
            var taken = (_payload.ToArray(), _unit, _countedBytes);
            _payload.Clear();
            _unit = [];
            _countedBytes = 0;
            return taken;
        }
    }
}
