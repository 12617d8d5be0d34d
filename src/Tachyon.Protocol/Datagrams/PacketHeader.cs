using System.Buffers.Binary;
using Tachyon.Protocol.Frames;

namespace Tachyon.Protocol.Datagrams;

/// <summary>
/// What a group carries, in front of its packet. All integers are unsigned and big-endian.
/// <code>
///  offset   0       1      2              4               6                8                 10     12
///         +-------+------+--------------+---------------+----------------+-----------------+------+--------------+--------+---------+
///         | flags | zero | packet bytes | segment bytes | checksum start | checksum offset | zero | unit section | packet | padding |
///         |  u8   |  u8  |     u16      |      u16      |      u16       |       u16       | u16  |  0 or 121    |        |         |
///         +-------+------+--------------+---------------+----------------+-----------------+------+--------------+--------+---------+
/// </code>
/// Flags: 1 a unit section follows, 2 the checksum at checksum start + checksum offset is left to whoever sends the packet on.
/// Segment bytes above zero: the packet stands for several TCP segments of so many payload bytes each, the last of what is left.
/// A group without a packet carries a unit, or is a sign of life. Padding means nothing.
/// </summary>
/// <param name="HasUnit">Whether a unit section follows.</param>
/// <param name="IsChecksumLeft">Whether the checksum is still to be computed.</param>
/// <param name="PacketBytes">Length of the packet.</param>
/// <param name="SegmentBytes">TCP payload of each segment that the packet stands for; 0 for a packet that stands for itself.</param>
/// <param name="ChecksumStart">Where the sum begins, from the start of the packet.</param>
/// <param name="ChecksumOffset">Where it is stored, from there.</param>
public readonly record struct PacketHeader(
    bool HasUnit, bool IsChecksumLeft, int PacketBytes, int SegmentBytes, int ChecksumStart, int ChecksumOffset)
{
    /// <summary>Bytes of the header alone.</summary>
    public const int Bytes = 12;

    private const byte UnitFlag = 1;
    private const byte ChecksumFlag = 2;

    /// <summary>Bytes in front of the packet: this header, and the unit section where there is one.</summary>
    public int PrefixBytes => Bytes + (HasUnit ? FrameLayout.UnitSectionBytes : 0);

    /// <summary>Reads and checks the header at the start of a group's content.</summary>
    /// <returns>False where it does not fit the content, or says what this version does not know.</returns>
    public static bool TryRead(ReadOnlySpan<byte> content, out PacketHeader header)
    {
        header = default;
        if (content.Length < Bytes || (content[0] & ~(UnitFlag | ChecksumFlag)) != 0 || content[1] != 0 || content[10] != 0 || content[11] != 0)
        {
            return false;
        }

        header = new PacketHeader(
            (content[0] & UnitFlag) != 0,
            (content[0] & ChecksumFlag) != 0,
            BinaryPrimitives.ReadUInt16BigEndian(content[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(content[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(content[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(content[8..]));
        return content.Length >= header.PrefixBytes + header.PacketBytes && header.IsSound;
    }

    /// <summary>Writes the header into the first <see cref="Bytes"/> of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)((HasUnit ? UnitFlag : 0) | (IsChecksumLeft ? ChecksumFlag : 0));
        destination[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)PacketBytes);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)SegmentBytes);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)ChecksumStart);
        BinaryPrimitives.WriteUInt16BigEndian(destination[8..], (ushort)ChecksumOffset);
        destination[10] = 0;
        destination[11] = 0;
    }

    private bool IsSound => IsChecksumLeft
        ? ChecksumStart + ChecksumOffset + sizeof(ushort) <= PacketBytes
        : SegmentBytes == 0 && ChecksumStart == 0 && ChecksumOffset == 0;
}
