using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// One UDP datagram within a stream that was opened with <see cref="FrameKind.OpenUdp"/>. The stream's bytes are such
/// messages, one behind the other, wherever its data frames begin and end; all of them are metered.
/// <code>
///   length u16 | kind u8 | address | port u16 | data
///              '--------------- length ------------'
///   kind 1: 4 bytes of IPv4; 3: length u8 and a name in ASCII; 4: 16 bytes of IPv6
/// </code>
/// The address is the target on the way to the exit, the source on the way back, laid out as in a SOCKS 5 UDP header.
/// Pure views; nothing is kept between calls.
/// </summary>
public static class UdpMessage
{
    /// <summary>Bytes of the length in front.</summary>
    public const int LengthBytes = 2;

    /// <summary>Shortest body: a name of one character and no data.</summary>
    public const int MinBodyBytes = 1 + 1 + 1 + 2;

    /// <summary>Longest body; a datagram that would need more is dropped.</summary>
    public const int MaxBodyBytes = ushort.MaxValue;

    /// <summary>Longest message.</summary>
    public const int MaxBytes = LengthBytes + MaxBodyBytes;

    /// <summary>Most bytes in front of the data where the address is no name.</summary>
    public const int MaxAddressPrefixBytes = LengthBytes + 1 + 16 + 2;

    private const byte IPv4 = 1;
    private const byte Name = 3;
    private const byte IPv6 = 4;

    /// <summary>Reads a body: where the datagram goes to or comes from, and where its data starts.</summary>
    /// <returns><see cref="FrameError.None"/> or <see cref="FrameError.MalformedPayload"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> body, out TargetAddress address, out int dataStart)
    {
        address = default;
        dataStart = 0;
        if (body.Length is < MinBodyBytes or > MaxBodyBytes)
        {
            return FrameError.MalformedPayload;
        }

        var (start, length) = body[0] switch
        {
            IPv4 => (1, 4),
            Name => (2, body[1]),
            IPv6 => (1, 16),
            _ => (0, 0),
        };
        if (start == 0 || body.Length < start + length + 2)
        {
            return FrameError.MalformedPayload;
        }

        var bytes = body.Slice(start, length);
        var port = BinaryPrimitives.ReadUInt16BigEndian(body[(start + length)..]);

        // Latin-1 keeps every byte one character, so that what is not ASCII is refused and not replaced.
        var valid = body[0] == Name
            ? TargetAddress.TryCreate(Encoding.Latin1.GetString(bytes), port, out address)
            : TargetAddress.TryCreate(new IPAddress(bytes), port, out address);
        if (!valid)
        {
            return FrameError.MalformedPayload;
        }

        dataStart = start + length + 2;
        return FrameError.None;
    }

    /// <summary>Writes a message from a body that is complete, address and data.</summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The body is no body by its length, or the destination too short.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> body)
    {
        if (body.Length is < MinBodyBytes or > MaxBodyBytes)
        {
            throw new ArgumentException($"A body takes {MinBodyBytes} to {MaxBodyBytes} bytes, not {body.Length}.", nameof(body));
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)body.Length);
        body.CopyTo(destination[LengthBytes..]);
        return LengthBytes + body.Length;
    }

    /// <summary>Writes a message from an address's bytes, 4 or 16, its port and the data.</summary>
    /// <returns>Bytes written; zero when the datagram is too long for a message.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> address, ushort port, ReadOnlySpan<byte> data)
    {
        var bodyBytes = 1 + address.Length + 2 + data.Length;
        if (bodyBytes > MaxBodyBytes)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)bodyBytes);
        destination[2] = address.Length == 4 ? IPv4 : IPv6;
        address.CopyTo(destination[3..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(3 + address.Length)..], port);
        data.CopyTo(destination[(5 + address.Length)..]);
        return LengthBytes + bodyBytes;
    }
}
