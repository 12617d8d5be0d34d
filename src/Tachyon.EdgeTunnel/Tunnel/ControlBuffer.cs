using System.Buffers;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Encoded control frames waiting for the connection. Its owner serialises.</summary>
internal sealed class ControlBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    public int Length => _bytes.WrittenCount;

    public int Frames { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Append(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        header.Write(_bytes.GetSpan(FrameLayout.HeaderBytes));
        _bytes.Advance(FrameLayout.HeaderBytes);
        _bytes.Write(payload);
        Frames++;
    }

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        Frames = 0;
    }
}
