using System.Buffers;
using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// Packets that may not be counted yet, in their order: a pause is mostly shorter than what it would cost to lose them. What is
/// beyond its room is lost. Not thread-safe.
/// </summary>
internal sealed class PacketHold(int maxBytes)
{
    private readonly Queue<Held> _packets = new();
    private int _bytes;

    public bool IsEmpty => _packets.Count == 0;

    /// <summary>Takes a copy.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(ReadOnlySpan<byte> packet, in PacketHeader header, in TcpRun? run)
    {
        var length = PacketSender.RoomBeforeBytes + packet.Length + PacketSender.RoomBehindBytes;
        if (_bytes + length > maxBytes)
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(length);
        packet.CopyTo(buffer.AsSpan(PacketSender.RoomBeforeBytes));
        _packets.Enqueue(new Held(buffer, header, run));
        _bytes += length;
        return true;
    }

    /// <summary>The packet that has waited longest; it stays until <see cref="Drop"/>.</summary>
    public bool TryPeek(out Held packet) => _packets.TryPeek(out packet);

    /// <summary>Lets go of the packet that has waited longest.</summary>
    public void Drop()
    {
        var packet = _packets.Dequeue();
        _bytes -= PacketSender.RoomBeforeBytes + packet.Header.PacketBytes + PacketSender.RoomBehindBytes;
        ArrayPool<byte>.Shared.Return(packet.Buffer);
    }

    public void Clear()
    {
        while (!IsEmpty)
        {
            Drop();
        }
    }

    /// <summary>A packet that waits, behind <see cref="PacketSender.RoomBeforeBytes"/> in its buffer.</summary>
    public readonly record struct Held(byte[] Buffer, PacketHeader Header, TcpRun? Run)
    {
        public int CountedBytes => Run?.CountedBytes ?? Header.PacketBytes;

        public Span<byte> Packet => Buffer.AsSpan(PacketSender.RoomBeforeBytes, Header.PacketBytes);
    }
}
