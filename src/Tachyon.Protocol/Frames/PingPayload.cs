using System.Buffers.Binary;

namespace Tachyon.Protocol.Frames;

/// <summary>A token that comes back unchanged: one u64.</summary>
public static class PingPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 8;

    /// <summary>Reads a token.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out ulong token)
    {
        token = 0;
        if (payload.Length != Bytes)
        {
            return FrameError.MalformedPayload;
        }

        token = BinaryPrimitives.ReadUInt64BigEndian(payload);
        return FrameError.None;
    }

    /// <summary>Writes a token.</summary>
    public static void Write(Span<byte> destination, ulong token) => BinaryPrimitives.WriteUInt64BigEndian(destination, token);
}
