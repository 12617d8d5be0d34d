using System.Buffers.Binary;

namespace Tachyon.Protocol.Frames;

/// <summary>How many more bytes the sender of a stream may send: one u32, not zero.</summary>
public static class WindowPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 4;

    /// <summary>Reads a grant.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out uint grantedBytes)
    {
        grantedBytes = payload.Length == Bytes ? BinaryPrimitives.ReadUInt32BigEndian(payload) : 0;
        return grantedBytes == 0 ? FrameError.MalformedPayload : FrameError.None;
    }

    /// <summary>Writes a grant.</summary>
    public static void Write(Span<byte> destination, uint grantedBytes) => BinaryPrimitives.WriteUInt32BigEndian(destination, grantedBytes);
}
