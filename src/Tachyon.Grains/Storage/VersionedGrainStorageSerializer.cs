using System.Buffers;
using Orleans.Serialization;
using Orleans.Storage;

namespace Tachyon.Grains.Storage;

/// <summary>
/// Puts every record into an envelope, so that a record of a format not known here is refused rather than misread. Within
/// it stands Orleans' own encoding.
/// Works with every storage provider that takes a serializer.
/// </summary>
/// <remarks>
/// <code>
/// byte 0   0x54, 'T'
/// byte 1   format; 1: the rest is Orleans' binary encoding of the state
/// byte 2…  the state
/// </code>
/// </remarks>
public sealed class VersionedGrainStorageSerializer(Serializer serializer) : IGrainStorageSerializer
{
    internal const byte Mark = 0x54;
    internal const byte NewestFormat = 1;
    private const int HeaderLength = 2;
    private const int FirstLength = 1_024;
    private const int MostKeptLength = 65_536;

    // Only the bytes of the finished record are allocated, each time anew.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    /// <inheritdoc />
    public BinaryData Serialize<T>(T? input)
    {
        ArrayBufferWriter<byte> buffer = s_buffer ?? new ArrayBufferWriter<byte>(FirstLength);
        s_buffer = null;
        buffer.ResetWrittenCount();
        buffer.Write([Mark, NewestFormat]);
        serializer.Serialize(input, buffer);
        byte[] record = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity <= MostKeptLength)
        {
            s_buffer = buffer;
        }

        return new BinaryData(record);
    }

    /// <inheritdoc />
    /// <exception cref="UnknownRecordFormatException">The record is no envelope of a known format.</exception>
    public T? Deserialize<T>(BinaryData input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ReadOnlyMemory<byte> record = input.ToMemory();
        if (record.Length < HeaderLength || record.Span[0] != Mark)
        {
            throw new UnknownRecordFormatException($"A record of {typeof(T).Name}", actual: 0, NewestFormat);
        }

        byte format = record.Span[1];
        return format == NewestFormat
            ? serializer.Deserialize<T>(record[HeaderLength..])
            : throw new UnknownRecordFormatException($"A record of {typeof(T).Name}", format, NewestFormat);
    }
}
