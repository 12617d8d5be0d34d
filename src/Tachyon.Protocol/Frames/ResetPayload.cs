namespace Tachyon.Protocol.Frames;

/// <summary>Why a stream was given up: one byte.</summary>
public static class ResetPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 1;

    /// <summary>Reads a reason; one that this version does not know is read as <see cref="ResetReason.Other"/>.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out ResetReason reason)
    {
        reason = ResetReason.None;
        if (payload.Length != Bytes || payload[0] == 0)
        {
            return FrameError.MalformedPayload;
        }

        reason = payload[0] > (byte)ResetReason.Other ? ResetReason.Other : (ResetReason)payload[0];
        return FrameError.None;
    }

    /// <summary>Writes a reason.</summary>
    public static void Write(Span<byte> destination, ResetReason reason) => destination[0] = (byte)reason;
}
