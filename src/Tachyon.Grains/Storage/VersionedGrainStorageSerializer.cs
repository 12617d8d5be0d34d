using Orleans.Storage;

namespace Tachyon.Grains.Storage;

/// <summary>
/// Puts every record into an envelope, so that a record of a format not known here is refused rather than misread.
/// Works with every storage provider that takes a serializer.
/// </summary>
/// <remarks>
/// <code>
/// byte 0   0x54, 'T'
/// byte 1   format; 1: the rest is Orleans' binary encoding of the state
/// byte 2…  the state
/// </code>
/// </remarks>
public sealed class VersionedGrainStorageSerializer(IGrainStorageSerializer inner) : IGrainStorageSerializer
{
    internal const byte Mark = 0x54;
    internal const byte NewestFormat = 1;
    private const int HeaderLength = 2;

    /// <inheritdoc />
    public BinaryData Serialize<T>(T? input)
    {
        ReadOnlyMemory<byte> state = inner.Serialize(input).ToMemory();
        byte[] record = new byte[HeaderLength + state.Length];
        record[0] = Mark;
        record[1] = NewestFormat;
        state.Span.CopyTo(record.AsSpan(HeaderLength));
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
            ? inner.Deserialize<T>(new BinaryData(record[HeaderLength..]))
            : throw new UnknownRecordFormatException($"A record of {typeof(T).Name}", format, NewestFormat);
    }
}
