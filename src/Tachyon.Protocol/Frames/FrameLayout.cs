namespace Tachyon.Protocol.Frames;

/// <summary>
/// The byte layout of a frame. All integers are unsigned and big-endian.
/// <code>
///  offset   0      1       2          4             8                12
///         +------+-------+----------+-------------+----------------+
///         | kind | flags | reserved | stream id   | payload bytes  |   header, always
///         |  u8  |  u8   | u16 = 0  | u32         | u32 ≤ 524,288  |
///         +------+-------+----------+-------------+----------------+
///
///  offset  12       20          28           36             68                133
///         +--------+-----------+------------+--------------+-----------------+
///         | index  | bytesUsed | timestamp  | counterUnit  | signature       |   unit section, only
///         | u64    | u64       | u64, ms    | 32 bytes     | 65 bytes r‖s‖v  |   with flag Unit
///         +--------+-----------+------------+--------------+-----------------+
///
///         +------------------------------------------------------------------+
///         | payload                                                          |
///         +------------------------------------------------------------------+
/// </code>
/// The unit's channel and parties are those of the session, so they never travel. The stream id is zero for frames of
/// the whole session. Header and unit section are never metered.
/// </summary>
public static class FrameLayout
{
    /// <summary>Version of this layout, told in <see cref="FrameKind.Hello"/>.</summary>
    public const byte Version = 1;

    /// <summary>Bytes of the fixed header.</summary>
    public const int HeaderBytes = 12;

    /// <summary>Bytes of the unit section.</summary>
    public const int UnitSectionBytes = 8 + 8 + 8 + 32 + 65;

    /// <summary>Most bytes that can precede a payload: what a sender keeps free in front of it.</summary>
    public const int MaxPrefixBytes = HeaderBytes + UnitSectionBytes;

    /// <summary>Most payload bytes of one frame.</summary>
    public const int MaxPayloadBytes = 512 * 1024;

    /// <summary>What a sender may send on every new stream before the first grant.</summary>
    public const int InitialWindowBytes = 256 * 1024;

    /// <summary>Most bytes of one frame.</summary>
    public const int MaxFrameBytes = MaxPrefixBytes + MaxPayloadBytes;
}
