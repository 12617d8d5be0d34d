using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// Hands packets to the device, and joins pieces of one run again that come behind each other: one call instead of many, and
/// nothing is copied. Not thread-safe.
/// </summary>
internal sealed unsafe class PacketWriter(IPacketDevice device)
{
    private const int MaxPieces = 60;

    private readonly LinuxNative.Vector[] _pieces = new LinuxNative.Vector[MaxPieces];
    private PacketHeader _header;
    private TcpRun _run;
    private int _count;

    /// <summary>Takes a packet. Its memory is pinned and stays as it is until <see cref="Flush"/>.</summary>
    public void Add(Span<byte> packet, in PacketHeader header, in TcpRun? run)
    {
        fixed (byte* start = packet)
        {
            if (run is { } next && _count is > 0 and < MaxPieces)
            {
                var headers = new Span<byte>(_pieces[0].Start, _run.HeaderBytes);
                if (_run.HeaderBytes > 0 && _run.IsFollowedBy(headers, next, packet))
                {
                    _run = _run.Join(headers, next, packet);
                    _header = _header with { PacketBytes = _run.PacketBytes };
                    _pieces[_count++] = new LinuxNative.Vector { Start = start + next.HeaderBytes, Bytes = (nuint)next.PayloadBytes };
                    return;
                }
            }

            Flush();
            _pieces[0] = new LinuxNative.Vector { Start = start, Bytes = (nuint)packet.Length };
            _count = 1;
            _header = header with { HasUnit = false };
            _run = run ?? default;
        }
    }

    /// <summary>Hands over what was taken.</summary>
    public void Flush()
    {
        if (_count > 0)
        {
            device.Write(_header, _pieces.AsSpan(0, _count));
            _count = 0;
        }
    }
}
