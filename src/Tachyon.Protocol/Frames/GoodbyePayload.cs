namespace Tachyon.Protocol.Frames;

/// <summary>Why a session ends: one byte.</summary>
public static class GoodbyePayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 1;

    /// <summary>Reads a reason; one that this version does not know is read as <see cref="GoodbyeReason.Other"/>.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out GoodbyeReason reason)
    {
        reason = GoodbyeReason.None;
        if (payload.Length != Bytes || payload[0] == 0)
        {
            return FrameError.MalformedPayload;
        }

        reason = payload[0] > (byte)GoodbyeReason.Other ? GoodbyeReason.Other : (GoodbyeReason)payload[0];
        return FrameError.None;
    }

    /// <summary>Writes a reason.</summary>
    public static void Write(Span<byte> destination, GoodbyeReason reason) => destination[0] = (byte)reason;
}
