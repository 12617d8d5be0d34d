using System.Buffers;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Encoded control frames waiting for the connection. Its owner serialises.</summary>
internal sealed class ControlBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private int _taken;

    /// <summary>Bytes not taken yet.</summary>
    public int Length => _bytes.WrittenCount - _taken;

    public int Frames { get; private set; }

    public void Append(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        header.Write(_bytes.GetSpan(FrameLayout.HeaderBytes));
        _bytes.Advance(FrameLayout.HeaderBytes);
        _bytes.Write(payload);
        Frames++;
    }

    /// <summary>Moves whole frames, oldest first, as many as fit.</summary>
    /// <returns>Bytes moved; zero when nothing is left.</returns>
    public int Take(Span<byte> destination)
    {
        var left = _bytes.WrittenSpan[_taken..];
        var count = 0;
        while (FrameHeader.TryRead(left[count..], out var header) == FrameError.None && count + header.FrameBytes <= destination.Length)
        {
            count += header.FrameBytes;
        }

        left[..count].CopyTo(destination);
        _taken += count;
        return count;
    }

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _taken = 0;
        Frames = 0;
    }
}
