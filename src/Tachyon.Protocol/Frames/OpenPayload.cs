using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// The target of a stream: kind u8 ‖ port u16 ‖ address. Kind 1: four bytes of IPv4; 3: a name, one ASCII byte per
/// character, to the end of the payload; 4: sixteen bytes of IPv6. (The kinds of SOCKS 5.)
/// </summary>
public static class OpenPayload
{
    /// <summary>Shortest payload: a name of one character.</summary>
    public const int MinBytes = 1 + 2 + 1;

    /// <summary>Longest payload.</summary>
    public const int MaxBytes = 1 + 2 + TargetAddress.MaxNameLength;

    private const byte IPv4 = 1;
    private const byte Name = 3;
    private const byte IPv6 = 4;

    /// <summary>Reads a target.</summary>
    /// <returns><see cref="FrameError.None"/> or <see cref="FrameError.MalformedPayload"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out TargetAddress target)
    {
        target = default;
        if (payload.Length is < MinBytes or > MaxBytes)
        {
            return FrameError.MalformedPayload;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(payload[1..]);
        var rest = payload[3..];
        var understood = payload[0] switch
        {
            IPv4 => rest.Length == 4 && TargetAddress.TryCreate(new IPAddress(rest), port, out target),
            IPv6 => rest.Length == 16 && TargetAddress.TryCreate(new IPAddress(rest), port, out target),
            // Latin-1 keeps every byte one character, so that what is not ASCII is refused and not replaced.
            Name => TargetAddress.TryCreate(Encoding.Latin1.GetString(rest), port, out target) && target.Name is not null,
            _ => false,
        };

        if (!understood)
        {
            target = default;
            return FrameError.MalformedPayload;
        }

        return FrameError.None;
    }

    /// <summary>Writes a target.</summary>
    /// <returns>Bytes written, at most <see cref="MaxBytes"/>.</returns>
    /// <exception cref="ArgumentException">The target is the default value, or the destination too short.</exception>
    public static int Write(Span<byte> destination, TargetAddress target)
    {
        if (target.Name is null && target.Address is null)
        {
            throw new ArgumentException("The target names neither a host nor an address.", nameof(target));
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], target.Port);
        if (target.Address is { } address)
        {
            if (!address.TryWriteBytes(destination[3..], out var written))
            {
                throw new ArgumentException($"An open payload takes up to {MaxBytes} bytes, there are {destination.Length}.", nameof(destination));
            }

            destination[0] = written == 4 ? IPv4 : IPv6;
            return 3 + written;
        }

        destination[0] = Name;
        return 3 + Encoding.ASCII.GetBytes(target.Name, destination[3..]);
    }
}
