using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// Datagrams that go out in one call: sealed groups behind each other, and the headers that the kernel puts in between, so that
/// nothing is copied to make room. Not thread-safe.
/// </summary>
internal sealed unsafe class DatagramBatch
{
    // What one call takes, on every kernel that can segment: datagrams, and bytes of a UDP packet over IPv6.
    private const int MaxDatagrams = 64;
    private const int MaxBytes = 65_000;

    private readonly byte[] _groups = GC.AllocateUninitializedArray<byte>(MaxBytes + DatagramLayout.MaxGroupBytes, pinned: true);
    private readonly byte[] _headers = GC.AllocateUninitializedArray<byte>(MaxDatagrams * DatagramLayout.HeaderBytes, pinned: true);
    private readonly LinuxNative.Vector[] _vectors = GC.AllocateUninitializedArray<LinuxNative.Vector>(2 * MaxDatagrams, pinned: true);
    private int _groupBytes;
    private int _datagrams;

    /// <summary>Whether there is nothing to send.</summary>
    public bool IsEmpty => _datagrams == 0;

    /// <summary>How many datagrams there are.</summary>
    public int Datagrams => _datagrams;

    /// <summary>Length of each datagram but the last.</summary>
    public int DatagramBytes { get; private set; }

    /// <summary>The bytes in the order of the wire: header, part, header, part…</summary>
    public ReadOnlySpan<LinuxNative.Vector> Vectors => _vectors.AsSpan(0, 2 * _datagrams);

    /// <summary>Whether a group still fits.</summary>
    public bool HasRoomFor(int groupBytes, int count) =>
        _datagrams + count <= MaxDatagrams
        && _groupBytes + groupBytes + ((_datagrams + count) * DatagramLayout.HeaderBytes) <= MaxBytes;

    /// <summary>Where the next group is to be sealed to.</summary>
    public Span<byte> Next(int groupBytes) => _groups.AsSpan(_groupBytes, groupBytes);

    /// <summary>Adds the group that was sealed to <see cref="Next"/>. Only that of the last group may end in a shorter datagram.</summary>
    public void Add(in DatagramHeader header, int groupBytes, int partBytes)
    {
        DatagramBytes = DatagramLayout.HeaderBytes + partBytes;
        fixed (byte* groups = _groups, headers = _headers)
        {
            for (var place = 0; place < header.Count; place++)
            {
                var own = _datagrams * DatagramLayout.HeaderBytes;
                (header with { Place = (byte)place }).Write(_headers.AsSpan(own));
                var offset = place * partBytes;
                _vectors[2 * _datagrams] = new LinuxNative.Vector { Start = headers + own, Bytes = DatagramLayout.HeaderBytes };
                _vectors[(2 * _datagrams) + 1] = new LinuxNative.Vector
                {
                    Start = groups + _groupBytes + offset,
                    Bytes = (nuint)Math.Min(partBytes, groupBytes - offset),
                };
                _datagrams++;
            }
        }

        _groupBytes += groupBytes;
    }

    public void Clear()
    {
        _groupBytes = 0;
        _datagrams = 0;
    }
}
