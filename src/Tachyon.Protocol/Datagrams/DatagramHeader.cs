using System.Buffers.Binary;

namespace Tachyon.Protocol.Datagrams;

/// <summary>The clear part of a datagram, as laid out in <see cref="DatagramLayout"/>.</summary>
/// <param name="Place">Which part of its group this is, from 0.</param>
/// <param name="Count">Datagrams in the group.</param>
/// <param name="Epoch">The number of the key, modulo 256.</param>
/// <param name="Receiver">The number that the receiving side gave out for the path.</param>
/// <param name="Counter">The number of the group.</param>
public readonly record struct DatagramHeader(byte Place, byte Count, byte Epoch, uint Receiver, ulong Counter)
{
    private const byte GroupType = 1;

    /// <summary>Whether this is the last part of its group: the only one that may be shorter than the others.</summary>
    public bool IsLast => Place == Count - 1;

    /// <summary>Reads and checks the header at the start of a datagram.</summary>
    /// <returns>False where this is none: another type, no part behind the header, or a place that the group does not have.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out DatagramHeader header)
    {
        header = default;
        if (datagram.Length <= DatagramLayout.HeaderBytes || datagram[0] != GroupType)
        {
            return false;
        }

        header = new DatagramHeader(
            datagram[1],
            datagram[2],
            datagram[3],
            BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            BinaryPrimitives.ReadUInt64BigEndian(datagram[8..]));
        return header.Count is > 0 and <= DatagramLayout.MaxGroupDatagrams && header.Place < header.Count;
    }

    /// <summary>Writes the header into the first <see cref="DatagramLayout.HeaderBytes"/> of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = GroupType;
        destination[1] = Place;
        destination[2] = Count;
        destination[3] = Epoch;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Receiver);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Counter);
    }
}
