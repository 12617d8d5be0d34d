using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Datagrams;

/// <summary>
/// The byte layout of a datagram of TUN mode. All integers are unsigned and big-endian.
/// <code>
///  offset   0      1       2       3       4          8         16
///         +------+-------+-------+-------+----------+---------+---------------------------+
///         | type | place | count | epoch | receiver | counter | part of the sealed group  |
///         |  u8  |  u8   |  u8   |  u8   |   u32    |   u64   |                           |
///         +------+-------+-------+-------+----------+---------+---------------------------+
/// </code>
/// A group of <c>count</c> datagrams is sealed at once: its content (<see cref="PacketHeader"/>) and a tag of 16 bytes, cut into
/// parts of one length, of which only the last may be shorter. The counter numbers the groups of one direction and
/// never starts again; epoch is the number of the key, modulo 256; receiver is the number that the receiving side gave out for
/// this path. The header of the group's first datagram is authenticated with the content.
/// </summary>
public static class DatagramLayout
{
    /// <summary>Bytes in front of each part.</summary>
    public const int HeaderBytes = 16;

    /// <summary>Bytes behind the content of a group.</summary>
    public const int TagBytes = RecordLayout.TagBytes;

    /// <summary>Most datagrams in a group: when one is lost, all of them are.</summary>
    public const int MaxGroupDatagrams = 8;

    /// <summary>Most bytes of one datagram, with its header: what an Ethernet carries over IPv4 and UDP.</summary>
    public const int MaxDatagramBytes = 1472;

    /// <summary>Fewest bytes of a datagram that a path must carry: IPv6's least MTU less its headers.</summary>
    public const int MinPathDatagramBytes = 1232;

    /// <summary>Most bytes of a sealed group.</summary>
    public const int MaxGroupBytes = MaxGroupDatagrams * (MaxDatagramBytes - HeaderBytes);

    /// <summary>Most content bytes of a group.</summary>
    public const int MaxContentBytes = MaxGroupBytes - TagBytes;
}
