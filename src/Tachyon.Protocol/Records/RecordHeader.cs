using System.Buffers.Binary;

namespace Tachyon.Protocol.Records;

/// <summary>The clear part of a record, as laid out in <see cref="RecordLayout"/>. It is authenticated with the content.</summary>
/// <param name="Type">What the record is for.</param>
/// <param name="ContentBytes">Length of the content, encrypted as in clear.</param>
public readonly record struct RecordHeader(RecordType Type, int ContentBytes)
{
    /// <summary>Bytes of the whole record.</summary>
    public int RecordBytes => RecordLayout.OverheadBytes + ContentBytes;

    /// <summary>Reads and checks the header at the start of <paramref name="source"/>, which holds at least
    /// <see cref="RecordLayout.HeaderBytes"/>.</summary>
    /// <returns>False where the type is unknown or does not allow such a length.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out RecordHeader header)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(source);
        header = new RecordHeader((RecordType)(word >> 24), (int)(word & 0xFFFFFF));
        return header.Type switch
        {
            RecordType.Frames => header.ContentBytes is > 0 and <= RecordLayout.MaxContentBytes,
            RecordType.Rekey or RecordType.End => header.ContentBytes == 0,
            _ => false,
        };
    }

    /// <summary>Writes the header into the first <see cref="RecordLayout.HeaderBytes"/> of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination) =>
        BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)Type << 24) | (uint)ContentBytes);
}
