using System.Diagnostics.CodeAnalysis;

namespace Tachyon.Protocol.Identity;

/// <summary>
/// Names a channel for ever: keccak256(0x1901 ‖ domainSeparator ‖ hashStruct(Terms)) with the opening capacity
/// (protocol, "Terms, channel id, life").
/// </summary>
public readonly record struct ChannelId(Bytes32 Value) : IComparable<ChannelId>
{
    /// <summary>Bytes of a channel id.</summary>
    public const int Length = Bytes32.Length;

    /// <summary>Whether this is the default value, which names no channel.</summary>
    public bool IsZero => Value.IsZero;

    /// <summary>Reads exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The length is not 32.</exception>
    public static ChannelId FromBytes(ReadOnlySpan<byte> bytes) => new(Bytes32.FromBytes(bytes));

    /// <summary>Reads 0x and 64 hexadecimal digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChannelId channelId)
    {
        bool valid = Bytes32.TryParse(text, out Bytes32 value);
        channelId = new ChannelId(value);
        return valid;
    }

    /// <summary>Reads 0x and 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static ChannelId Parse(string text) => new(Bytes32.Parse(text));

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Value.CopyTo(destination);

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray() => Value.ToArray();

    /// <summary>Whether the left one comes first, byte by byte.</summary>
    public static bool operator <(ChannelId left, ChannelId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one comes later, byte by byte.</summary>
    public static bool operator >(ChannelId left, ChannelId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one comes first or is the same.</summary>
    public static bool operator <=(ChannelId left, ChannelId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one comes later or is the same.</summary>
    public static bool operator >=(ChannelId left, ChannelId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public int CompareTo(ChannelId other) => Value.CompareTo(other.Value);

    /// <summary>0x and 64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString();
}
