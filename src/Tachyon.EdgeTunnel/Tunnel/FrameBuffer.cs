using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// A pooled buffer for the payload of one frame, with room in front for header and unit section, so that a frame is
/// read from its source, framed and sent without being copied.
/// </summary>
internal sealed class FrameBuffer
{
    /// <summary>Bytes kept free in front of the payload.</summary>
    public const int HeadroomBytes = 144;

    private readonly byte[] _bytes;

    public FrameBuffer(int payloadBytes)
    {
        // Pinned, so that every system call on it spares the pinning.
        _bytes = GC.AllocateUninitializedArray<byte>(HeadroomBytes + payloadBytes, pinned: true);
    }

    /// <summary>Where the payload goes.</summary>
    public Memory<byte> Payload => _bytes.AsMemory(HeadroomBytes);

    /// <summary>Bytes the payload has room for.</summary>
    public int Capacity => _bytes.Length - HeadroomBytes;

    /// <summary>The 121 bytes right in front of the payload from <paramref name="offset"/> on.</summary>
    public Span<byte> UnitSectionBefore(int offset) =>
        _bytes.AsSpan(HeadroomBytes + offset - FrameLayout.UnitSectionBytes, FrameLayout.UnitSectionBytes);

    /// <summary>
    /// Writes the header of a data frame in front of a part of the payload. What stood there, the part already sent, is
    /// overwritten.
    /// </summary>
    /// <returns>The whole frame.</returns>
    public ReadOnlyMemory<byte> FrameData(uint streamId, int offset, int count, bool withUnit)
    {
        var header = new FrameHeader(FrameKind.Data, withUnit ? FrameFlags.Unit : FrameFlags.None, streamId, count);
        var start = HeadroomBytes + offset - header.PrefixBytes;
        header.Write(_bytes.AsSpan(start));
        return _bytes.AsMemory(start, header.FrameBytes);
    }
}
