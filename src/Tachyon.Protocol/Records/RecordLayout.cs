using Tachyon.Protocol.Frames;

namespace Tachyon.Protocol.Records;

/// <summary>
/// The byte layout of a record, which carries the frames of a session sealed. All integers are unsigned and big-endian.
/// <code>
///  offset   0      1                4                       4 + n       20 + n
///         +------+----------------+-----------------------+-----------+
///         | type | content bytes  | content, encrypted    | tag       |
///         |  u8  | u24 = n        | n ≤ 524,421           | 16 bytes  |
///         +------+----------------+-----------------------+-----------+
///           └── associated data ──┘
/// </code>
/// The nonce never travels: it is the key's number and the place of the record under it, in the order of the wire. The
/// content of a record of frames is one frame, or several whole control frames.
/// </summary>
public static class RecordLayout
{
    /// <summary>Bytes in front of the content: what a sender keeps free there.</summary>
    public const int HeaderBytes = 4;

    /// <summary>Bytes behind the content: what a sender keeps free there.</summary>
    public const int TagBytes = 16;

    /// <summary>Bytes that a record has besides its content.</summary>
    public const int OverheadBytes = HeaderBytes + TagBytes;

    /// <summary>Most content bytes: one largest frame.</summary>
    public const int MaxContentBytes = FrameLayout.MaxFrameBytes;

    /// <summary>Most bytes of one record.</summary>
    public const int MaxRecordBytes = MaxContentBytes + OverheadBytes;
}

/// <summary>What a record is for. The numbers are part of the wire format.</summary>
public enum RecordType : byte
{
    /// <summary>Not a record: a zeroed header is always refused.</summary>
    None = 0,

    /// <summary>Whole frames, at least one.</summary>
    Frames = 1,

    /// <summary>The last record under its key; the next one is under the next key. No content.</summary>
    Rekey = 2,

    /// <summary>The last record of this direction. Without it a connection that ends was cut. No content.</summary>
    End = 3,
}
