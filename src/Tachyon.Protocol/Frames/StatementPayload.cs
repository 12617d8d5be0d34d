using System.Buffers.Binary;

namespace Tachyon.Protocol.Frames;

/// <summary>The provider's own count less its write-offs, in bytes of the channel: one u64.</summary>
public static class StatementPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 8;

    /// <summary>Reads a statement.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out ulong countBytes)
    {
        countBytes = 0;
        if (payload.Length != Bytes)
        {
            return FrameError.MalformedPayload;
        }

        countBytes = BinaryPrimitives.ReadUInt64BigEndian(payload);
        return FrameError.None;
    }

    /// <summary>Writes a statement.</summary>
    public static void Write(Span<byte> destination, ulong countBytes) => BinaryPrimitives.WriteUInt64BigEndian(destination, countBytes);
}
