namespace Tachyon.Protocol.Records;

/// <summary>Seals the records of one direction, in the order in which they go out. Not thread-safe.</summary>
public sealed class RecordSealer : IDisposable
{
    private readonly RecordKey _key;
    private bool _ended;

    internal RecordSealer(RecordKey key, RecordLimits limits)
    {
        _key = key;
        Limits = limits;
    }

    /// <summary>How long one key is used.</summary>
    public RecordLimits Limits { get; }

    /// <summary>Whether <see cref="SealRekey"/> is due before the next record.</summary>
    /// <param name="keyAge">Since the last one, or since the first record.</param>
    public bool IsRekeyDue(TimeSpan keyAge) =>
        _key.ContentBytes >= Limits.KeyBytes || _key.Records >= Limits.KeyRecords || keyAge >= Limits.KeyAge;

    /// <summary>Seals whole frames in place.</summary>
    /// <param name="record">Room for the header, the frames, room for the tag; sealed on return, as it goes onto the wire.</param>
    /// <exception cref="InvalidOperationException">The direction has ended, or its key is used up: <see cref="SealRekey"/> was not heeded.</exception>
    public void SealFrames(Span<byte> record) => Seal(record, RecordType.Frames);

    /// <summary>Seals the last record under this key, and moves on to the next key.</summary>
    /// <param name="record"><see cref="RecordLayout.OverheadBytes"/> long.</param>
    public void SealRekey(Span<byte> record)
    {
        Seal(record, RecordType.Rekey);
        _key.Next();
    }

    /// <summary>Seals the last record of this direction.</summary>
    /// <param name="record"><see cref="RecordLayout.OverheadBytes"/> long.</param>
    public void SealEnd(Span<byte> record)
    {
        Seal(record, RecordType.End);
        _ended = true;
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    private void Seal(Span<byte> record, RecordType type)
    {
        // A Rekey fits where frames do not any more, or a key that is used up could not be left.
        var most = type == RecordType.Frames ? 0UL : 1UL;
        if (_ended || _key.Records >= Limits.MostRecords + most || _key.ContentBytes > Limits.MostBytes)
        {
            throw new InvalidOperationException(
                _ended ? "This direction has ended." : $"The key is used up after {_key.Records} records of {_key.ContentBytes} bytes.");
        }

        var header = new RecordHeader(type, record.Length - RecordLayout.OverheadBytes);
        header.Write(record);
        _key.Seal(
            record.Slice(RecordLayout.HeaderBytes, header.ContentBytes),
            record[^RecordLayout.TagBytes..],
            record[..RecordLayout.HeaderBytes]);
    }
}
