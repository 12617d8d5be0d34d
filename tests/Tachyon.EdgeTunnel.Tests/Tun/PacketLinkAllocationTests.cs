using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>The whole way of a packet, from a device's buffer to the other device, costs no memory once it is under way.</summary>
public sealed unsafe class PacketLinkAllocationTests : IDisposable
{
    private static readonly byte[] Peer = [2, 0, 0, 9, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly Wire _toProvider = new();
    private readonly Wire _toConsumer = new();
    private readonly Device _providerDevice = new();
    private readonly Device _consumerDevice = new();
    private readonly PacketLink _consumer;
    private readonly PacketLink _provider;

    public PacketLinkAllocationTests()
    {
        var secrets = new DatagramSecrets(
            Bytes32.FromBytes(new byte[32]), Bytes32.FromBytes(new byte[32]), ChannelId.FromBytes(new byte[32]), 1, 2, RecordCipher.Aes256Gcm);
        _consumer = Link(SessionRole.Consumer, secrets, _toProvider, _consumerDevice, null);
        _provider = Link(SessionRole.Provider, secrets, _toConsumer, _providerDevice, new RateLimit(100_000_000_000, TimeProvider.System));
        _toProvider.Target = _provider;
        _toConsumer.Target = _consumer;
    }

    public void Dispose()
    {
        _consumer.Dispose();
        _provider.Dispose();
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(1_368, 0)]
    [InlineData(64_000, 1_368)]
    public void Packets_InTheSteadyState_CostNoMemory(int payloadBytes, int segmentBytes)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(PacketSender.RoomBeforeBytes + ushort.MaxValue + PacketSender.RoomBehindBytes, pinned: true);
        const int rounds = 2_000;
        Exchange(buffer, payloadBytes, segmentBytes, rounds);
        var (up, down) = (_providerDevice.Bytes, _consumerDevice.Bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(buffer, payloadBytes, segmentBytes, rounds);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // All of them went through, both ways; a run may come out in two.
        Assert.InRange(_providerDevice.Bytes - up, (long)rounds * (52 + payloadBytes), (long)rounds * (104 + payloadBytes));
        Assert.InRange(_consumerDevice.Bytes - down, (long)rounds * (52 + payloadBytes), (long)rounds * (104 + payloadBytes));
        Assert.Equal(0, allocated);
    }

    private void Exchange(byte[] buffer, int payloadBytes, int segmentBytes, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            _consumer.Send(buffer, Write(buffer, payloadBytes, segmentBytes));
            _provider.Send(buffer, Write(buffer, payloadBytes, segmentBytes));
        }
    }

    // A TCP packet, or a run of its segments. What was sealed in its place is written anew.
    private static PacketHeader Write(byte[] buffer, int payloadBytes, int segmentBytes)
    {
        var packet = buffer.AsSpan(PacketSender.RoomBeforeBytes, 52 + payloadBytes);
        packet[..52].Clear();
        packet[0] = 0x45;
        packet[9] = 6;
        packet[32] = 0x80;
        packet[33] = 0x10;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        return new PacketHeader(false, true, packet.Length, segmentBytes, 20, 16);
    }

    private static PacketLink Link(SessionRole role, DatagramSecrets secrets, Wire wire, Device device, RateLimit? rate) => new(
        role, new CountingEngine(), secrets, wire, device, new Everything(), new PacketLinkOptions(), TimeProvider.System, NullLogger.Instance)
    {
        Rate = rate,
    };

    private sealed class Everything : IPacketJudge
    {
        public bool Allows(ReadOnlySpan<byte> packet, in IpPacket ip) => true;
    }

    /// <summary>Hands a batch to the other link as the kernel would: behind each other, in memory that is not moved.</summary>
    private sealed class Wire : IDatagramPort
    {
        private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(2 * UdpPort.ReceiveBytes, pinned: true);

        public PacketLink? Target { get; set; }

        public int MaxDatagramBytes => DatagramLayout.MaxDatagramBytes;

        public SendOutcome Send(DatagramBatch batch, PeerAddress to)
        {
            var bytes = 0;
            foreach (var vector in batch.Vectors)
            {
                new ReadOnlySpan<byte>(vector.Start, (int)vector.Bytes).CopyTo(_received.AsSpan(bytes));
                bytes += (int)vector.Bytes;
            }

            Target!.Receive(_received.AsSpan(0, bytes), batch.DatagramBytes, Peer);
            return SendOutcome.Sent;
        }
    }

    private sealed class Device : IPacketDevice
    {
        public long Bytes { get; private set; }

        public void Write(in PacketHeader header, ReadOnlySpan<LinuxNative.Vector> packet)
        {
            Bytes += header.PacketBytes;
        }
    }
}
