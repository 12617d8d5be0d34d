namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Keeps frame buffers for reuse. Thread safe.</summary>
/// <remarks>Holds back at most a set number; what is returned beyond it is left to the collector.</remarks>
internal sealed class FrameBufferPool
{
    private readonly Lock _lock = new();
    private readonly Stack<FrameBuffer> _free;
    private readonly int _keptBuffers;

    public FrameBufferPool(int payloadBytes, int keptBuffers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(payloadBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(keptBuffers);
        PayloadBytes = payloadBytes;
        _keptBuffers = keptBuffers;
        _free = new Stack<FrameBuffer>(keptBuffers);
    }

    /// <summary>Payload bytes of each buffer.</summary>
    public int PayloadBytes { get; }

    public FrameBuffer Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out var buffer))
            {
                return buffer;
            }
        }

        return new FrameBuffer(PayloadBytes);
    }

    /// <summary>Takes a buffer back. The caller must not touch it again.</summary>
    public void Return(FrameBuffer buffer)
    {
        lock (_lock)
        {
            if (_free.Count < _keptBuffers)
            {
                _free.Push(buffer);
            }
        }
    }
}
