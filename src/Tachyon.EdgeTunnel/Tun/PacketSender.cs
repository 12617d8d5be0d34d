using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// Seals packets and sends them: a run of segments in pieces of at most eight datagrams, all pieces in one call, and the
/// datagrams of a call of one length. Not thread-safe.
/// </summary>
/// <remarks>
/// <code>
///   buffer    [ room | headers | payload of piece 1 | payload of piece 2 | … | room ]
///                └ sealed ──────────────────────┘
///                                      └ headers again, over what is sealed already ┘
/// </code>
/// Nothing is copied but headers: each piece's are written in front of its payload, over the end of the piece before it.
/// </remarks>
internal sealed class PacketSender : IDisposable
{
    /// <summary>What a buffer keeps free in front of its packet.</summary>
    public const int RoomBeforeBytes = PacketHeader.Bytes + FrameLayout.UnitSectionBytes;

    /// <summary>What a buffer keeps free behind its packet: what is sealed there too fills up a piece's last datagram.</summary>
    public const int RoomBehindBytes = FrameLayout.UnitSectionBytes + DatagramLayout.MaxGroupDatagrams;

    // Ethernet, what tunnels, PPPoE and mobile networks leave of it, and what IPv6 guarantees.
    private static readonly int[] PathSteps = [1472, 1452, 1432, 1392, 1352, DatagramLayout.MinPathDatagramBytes];

    private readonly DatagramSealer _sealer;
    private readonly IDatagramPort _port;
    private readonly PeerAddress _peer;
    private readonly DatagramBatch _batch = new();
    private readonly byte[] _small = new byte[RoomBeforeBytes + RoomBehindBytes];
    private readonly byte[] _headers = new byte[TcpRun.MaxHeaderBytes];
    private int _maxPartBytes;

    public PacketSender(DatagramSealer sealer, IDatagramPort port, PeerAddress peer)
    {
        _sealer = sealer;
        _port = port;
        _peer = peer;
        _maxPartBytes = port.MaxDatagramBytes - DatagramLayout.HeaderBytes;
    }

    /// <summary>The largest datagram that the path is known to carry.</summary>
    public int PathDatagramBytes => _maxPartBytes + DatagramLayout.HeaderBytes;

    /// <summary>Sends a packet that stands for itself.</summary>
    /// <param name="buffer">Holds it, with room on both sides.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="header">What goes with it.</param>
    /// <param name="unit">A unit section to take along, or nothing.</param>
    public void Send(Span<byte> buffer, int offset, in PacketHeader header, ReadOnlySpan<byte> unit)
    {
        var prefixBytes = WritePrefix(buffer, offset, header, unit);
        var contentBytes = prefixBytes + header.PacketBytes;
        var count = CountOf(contentBytes + DatagramLayout.TagBytes);
        if (count > DatagramLayout.MaxGroupDatagrams)
        {
            return;
        }

        Seal(buffer.Slice(offset - prefixBytes, contentBytes), count, PartOf(contentBytes + DatagramLayout.TagBytes, count));
        Flush();
    }

    /// <summary>Sends a run of segments. What the buffer holds is of no use afterwards.</summary>
    public void Send(Span<byte> buffer, int offset, in PacketHeader header, in TcpRun run, ReadOnlySpan<byte> unit)
    {
        var maxGroupBytes = DatagramLayout.MaxGroupDatagrams * _maxPartBytes;
        var overheadBytes = PacketHeader.Bytes + unit.Length + run.HeaderBytes + DatagramLayout.TagBytes;
        var segments = (maxGroupBytes - overheadBytes) / run.SegmentBytes;
        if (segments == 0)
        {
            return;
        }

        var pieceBytes = Math.Min(segments * run.SegmentBytes, run.PayloadBytes);
        var count = CountOf(overheadBytes + pieceBytes);
        var partBytes = PartOf(overheadBytes + pieceBytes, count);
        var headers = _headers.AsSpan(0, run.HeaderBytes);
        buffer.Slice(offset, run.HeaderBytes).CopyTo(headers);
        for (var at = 0; at < run.PayloadBytes; at += pieceBytes)
        {
            var payloadBytes = Math.Min(pieceBytes, run.PayloadBytes - at);
            var isLast = at + payloadBytes == run.PayloadBytes;
            run.WritePieceHeaders(headers, buffer[(offset + at)..], at, payloadBytes);
            var piece = header with { PacketBytes = run.HeaderBytes + payloadBytes };
            var prefixBytes = WritePrefix(buffer, offset + at, piece, at == 0 ? unit : default);
            var contentBytes = prefixBytes + piece.PacketBytes;

            // All but the last fill their datagrams, so that one call can send them all.
            var filledBytes = isLast ? contentBytes : (count * partBytes) - DatagramLayout.TagBytes;
            var own = isLast ? (contentBytes + DatagramLayout.TagBytes + partBytes - 1) / partBytes : count;
            Seal(buffer.Slice(offset + at - prefixBytes, filledBytes), own, partBytes);
        }

        Flush();
    }

    /// <summary>Sends a group without a packet: a unit, or a sign of life.</summary>
    public void SendAlone(ReadOnlySpan<byte> unit) => Send(_small, RoomBeforeBytes, default, unit);

    /// <inheritdoc />
    public void Dispose() => _sealer.Dispose();

    private static int WritePrefix(Span<byte> buffer, int offset, PacketHeader header, ReadOnlySpan<byte> unit)
    {
        header = header with { HasUnit = !unit.IsEmpty };
        unit.CopyTo(buffer[(offset - unit.Length)..]);
        header.Write(buffer[(offset - header.PrefixBytes)..]);
        return header.PrefixBytes;
    }

    private int CountOf(int groupBytes) => (groupBytes + _maxPartBytes - 1) / _maxPartBytes;

    private static int PartOf(int groupBytes, int count) => (groupBytes + count - 1) / count;

    private void Seal(ReadOnlySpan<byte> content, int count, int partBytes)
    {
        var groupBytes = content.Length + DatagramLayout.TagBytes;
        if (!_batch.IsEmpty && !_batch.HasRoomFor(groupBytes, count))
        {
            Flush();
        }

        var header = _sealer.Seal(content, _batch.Next(groupBytes), count);
        _batch.Add(header, groupBytes, partBytes);
    }

    private void Flush()
    {
        if (_port.Send(_batch, _peer) == SendOutcome.TooLarge)
        {
            // This batch is lost. What follows is cut smaller; the devices' MTU stays what it is.
            var tooLarge = _batch.DatagramBytes;
            _maxPartBytes = Math.Min(_maxPartBytes, PathSteps.FirstOrDefault(step => step < tooLarge, PathSteps[^1]) - DatagramLayout.HeaderBytes);
        }

        _batch.Clear();
    }
}
