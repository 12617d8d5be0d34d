using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// A pooled buffer for the payload of one frame, with room in front for header and unit section and on both sides for a
/// record's own, so that a frame is read from its source, framed, sealed and sent without being copied.
/// </summary>
internal sealed class FrameBuffer
{
    /// <summary>Bytes kept free in front of the payload.</summary>
    public const int HeadroomBytes = 144;

    private readonly byte[] _bytes;
    private readonly byte[] _behind = new byte[RecordLayout.TagBytes];

    public FrameBuffer(int payloadBytes)
    {
        // Pinned, so that every system call on it spares the pinning.
        _bytes = GC.AllocateUninitializedArray<byte>(HeadroomBytes + payloadBytes + RecordLayout.TagBytes, pinned: true);
    }

    /// <summary>Where the payload goes.</summary>
    public Memory<byte> Payload => _bytes.AsMemory(HeadroomBytes, Capacity);

    /// <summary>Bytes the payload has room for.</summary>
    public int Capacity => _bytes.Length - HeadroomBytes - RecordLayout.TagBytes;

    /// <summary>The 121 bytes right in front of the payload from <paramref name="offset"/> on.</summary>
    public Span<byte> UnitSectionBefore(int offset) =>
        _bytes.AsSpan(HeadroomBytes + offset - FrameLayout.UnitSectionBytes, FrameLayout.UnitSectionBytes);

    /// <summary>
    /// Writes the header of a data frame in front of a part of the payload. What stood there, the part already sent, is
    /// overwritten; so is what follows until <see cref="RestoreBehind"/>.
    /// </summary>
    /// <returns>The whole frame, ready to be sealed in place.</returns>
    public OutgoingFrames FrameData(uint streamId, int offset, int count, bool withUnit)
    {
        var header = new FrameHeader(FrameKind.Data, withUnit ? FrameFlags.Unit : FrameFlags.None, streamId, count);
        var start = HeadroomBytes + offset - header.PrefixBytes;
        header.Write(_bytes.AsSpan(start));
        Behind(offset + count).CopyTo(_behind);
        return new OutgoingFrames(_bytes, start, header.FrameBytes);
    }

    /// <summary>After a part of the payload was sent, up to <paramref name="end"/>: gives what follows it back.</summary>
    public void RestoreBehind(int end) => _behind.CopyTo(Behind(end));

    private Span<byte> Behind(int end) => _bytes.AsSpan(HeadroomBytes + end, RecordLayout.TagBytes);
}
