using System.Buffers.Binary;

namespace Tachyon.Protocol.Frames;

/// <summary>The fixed part of a frame, as laid out in <see cref="FrameLayout"/>.</summary>
/// <param name="Kind">What the frame carries.</param>
/// <param name="Flags">Whether a unit section follows.</param>
/// <param name="StreamId">The stream it belongs to; zero for a frame of the whole session.</param>
/// <param name="PayloadBytes">Length of the payload.</param>
public readonly record struct FrameHeader(FrameKind Kind, FrameFlags Flags, uint StreamId, int PayloadBytes)
{
    /// <summary>Whether a unit section stands between header and payload.</summary>
    public bool HasUnit => (Flags & FrameFlags.Unit) != 0;

    /// <summary>Bytes before the payload.</summary>
    public int PrefixBytes => HasUnit ? FrameLayout.MaxPrefixBytes : FrameLayout.HeaderBytes;

    /// <summary>Bytes of the whole frame.</summary>
    public int FrameBytes => PrefixBytes + PayloadBytes;

    /// <summary>
    /// Reads and checks a header: kind, bits, stream id and payload length as the kind allows them.
    /// </summary>
    /// <returns><see cref="FrameError.None"/>, <see cref="FrameError.Truncated"/> when fewer than
    /// <see cref="FrameLayout.HeaderBytes"/> are there, or what is wrong. <paramref name="header"/> is only set on success.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < FrameLayout.HeaderBytes)
        {
            return FrameError.Truncated;
        }

        var kind = (FrameKind)source[0];
        if (kind is FrameKind.None or > FrameKind.RouteWelcome)
        {
            return FrameError.UnknownKind;
        }

        var flags = (FrameFlags)source[1];
        if ((flags & ~FrameFlags.Unit) != 0 || BinaryPrimitives.ReadUInt16BigEndian(source[2..]) != 0)
        {
            return FrameError.UnassignedBits;
        }

        var streamId = BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
        var payloadBytes = BinaryPrimitives.ReadUInt32BigEndian(source[8..]);
        var rule = FrameRule.For(kind);
        if (rule.OfStream != (streamId != 0))
        {
            return FrameError.WrongStream;
        }

        if (payloadBytes > rule.MaxPayloadBytes)
        {
            return FrameError.Oversized;
        }

        if (payloadBytes < rule.MinPayloadBytes)
        {
            return FrameError.Undersized;
        }

        var hasUnit = (flags & FrameFlags.Unit) != 0;
        if (hasUnit && kind is not (FrameKind.Data or FrameKind.Unit))
        {
            return FrameError.UnassignedBits;
        }

        if (!hasUnit && kind == FrameKind.Unit)
        {
            return FrameError.UnitMissing;
        }

        header = new FrameHeader(kind, flags, streamId, (int)payloadBytes);
        return FrameError.None;
    }

    /// <summary>Writes the header into the first <see cref="FrameLayout.HeaderBytes"/> of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < FrameLayout.HeaderBytes)
        {
            throw new ArgumentException($"A frame header takes {FrameLayout.HeaderBytes} bytes, there are {destination.Length}.", nameof(destination));
        }

        destination[0] = (byte)Kind;
        destination[1] = (byte)Flags;
        destination[2] = 0;
        destination[3] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], (uint)PayloadBytes);
    }
}
