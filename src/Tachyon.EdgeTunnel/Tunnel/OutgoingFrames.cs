using Tachyon.Protocol.Records;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Whole frames to be sent, with room on both sides of them, so that a transport can seal them where they are.
/// </summary>
/// <param name="Buffer">Where they are.</param>
/// <param name="Start">Where they start; <see cref="RecordLayout.HeaderBytes"/> in front of it are free.</param>
/// <param name="Length">Their length, at most <see cref="RecordLayout.MaxContentBytes"/>; <see cref="RecordLayout.TagBytes"/> behind them are free.</param>
internal readonly record struct OutgoingFrames(byte[] Buffer, int Start, int Length)
{
    /// <summary>The frames alone.</summary>
    public ReadOnlyMemory<byte> Frames => Buffer.AsMemory(Start, Length);

    /// <summary>The frames with the room on both sides.</summary>
    public Memory<byte> Record => Buffer.AsMemory(Start - RecordLayout.HeaderBytes, Length + RecordLayout.OverheadBytes);
}
