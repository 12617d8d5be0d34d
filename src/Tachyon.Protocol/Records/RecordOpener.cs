namespace Tachyon.Protocol.Records;

/// <summary>What became of a record.</summary>
public enum RecordOutcome
{
    /// <summary>Frames of the peer.</summary>
    Frames = 1,

    /// <summary>The peer has moved on to its next key.</summary>
    Rekeyed = 2,

    /// <summary>The peer sends no more.</summary>
    Ended = 3,

    /// <summary>Not what the peer sealed in this place, for this side: nothing of it may be used, and nothing that follows.</summary>
    Forged = 4,

    /// <summary>The peer used one key for more than is allowed.</summary>
    KeyUsedUp = 5,

    /// <summary>The peer sent a record after its last.</summary>
    AfterEnd = 6,
}

/// <summary>
/// Opens the records of one direction, in the order in which they came. Not thread-safe. The first fault is final: an opener
/// that refused a record refuses all that follow.
/// </summary>
public sealed class RecordOpener : IDisposable
{
    private readonly RecordKey _key;
    private RecordOutcome? _final;

    internal RecordOpener(RecordKey key, RecordLimits limits)
    {
        _key = key;
        Limits = limits;
    }

    /// <summary>How much is taken under one key.</summary>
    public RecordLimits Limits { get; }

    /// <summary>Whether the peer ended this direction itself.</summary>
    public bool HasEnded => _final == RecordOutcome.Ended;

    /// <summary>Opens a record in place.</summary>
    /// <param name="header">Its header, as read from <paramref name="record"/>.</param>
    /// <param name="record">The whole record; on <see cref="RecordOutcome.Frames"/> its content is in clear.</param>
    public RecordOutcome Open(RecordHeader header, Span<byte> record)
    {
        if (_final is { } final)
        {
            return final == RecordOutcome.Ended ? RecordOutcome.AfterEnd : final;
        }

        var most = header.Type == RecordType.Frames ? 0UL : 1UL;
        if (_key.Records >= Limits.MostRecords + most || _key.ContentBytes > Limits.MostBytes)
        {
            _final = RecordOutcome.KeyUsedUp;
            return RecordOutcome.KeyUsedUp;
        }

        var isGenuine = record.Length == header.RecordBytes && _key.TryOpen(
            record.Slice(RecordLayout.HeaderBytes, header.ContentBytes),
            record[^RecordLayout.TagBytes..],
            record[..RecordLayout.HeaderBytes]);
        if (!isGenuine)
        {
            _final = RecordOutcome.Forged;
            return RecordOutcome.Forged;
        }

        switch (header.Type)
        {
            case RecordType.Rekey:
                _key.Next();
                return RecordOutcome.Rekeyed;
            case RecordType.End:
                _final = RecordOutcome.Ended;
                return RecordOutcome.Ended;
            default:
                return RecordOutcome.Frames;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}
