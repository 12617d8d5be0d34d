namespace Tachyon.Protocol.Frames;

/// <summary>The outcome of an open: one byte.</summary>
public static class OpenResultPayload
{
    /// <summary>Bytes of the payload.</summary>
    public const int Bytes = 1;

    /// <summary>Reads an outcome; one that this version does not know is read as <see cref="OpenOutcome.Failed"/>.</summary>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out OpenOutcome outcome)
    {
        outcome = OpenOutcome.None;
        if (payload.Length != Bytes || payload[0] == 0)
        {
            return FrameError.MalformedPayload;
        }

        outcome = payload[0] > (byte)OpenOutcome.Failed ? OpenOutcome.Failed : (OpenOutcome)payload[0];
        return FrameError.None;
    }

    /// <summary>Writes an outcome.</summary>
    public static void Write(Span<byte> destination, OpenOutcome outcome) => destination[0] = (byte)outcome;
}
