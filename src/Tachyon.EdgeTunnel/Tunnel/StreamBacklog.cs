namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Bytes of a stream that its local end could not take yet, in pooled buffers. Its owner serialises.</summary>
/// <remarks>Fills each buffer before it takes another, so that many tiny frames bind no more memory than few large ones.</remarks>
internal sealed class StreamBacklog(FrameBufferPool pool)
{
    private readonly Queue<FrameBuffer> _buffers = new();
    private FrameBuffer? _last;
    private int _headOffset;
    private int _lastFilled;

    public bool IsEmpty => _buffers.Count == 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_last is null || _lastFilled == _last.Capacity)
            {
                _last = pool.Rent();
                _lastFilled = 0;
                _buffers.Enqueue(_last);
            }

            var part = Math.Min(bytes.Length, _last.Capacity - _lastFilled);
            bytes[..part].CopyTo(_last.Payload.Span[_lastFilled..]);
            _lastFilled += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>The oldest bytes; they stay in place until <see cref="Advance"/>, also while more are appended.</summary>
    public ReadOnlyMemory<byte> Peek()
    {
        if (!_buffers.TryPeek(out var head))
        {
            return default;
        }

        var filled = ReferenceEquals(head, _last) ? _lastFilled : head.Capacity;
        return head.Payload[_headOffset..filled];
    }

    public void Advance(int bytes)
    {
        var head = _buffers.Peek();
        _headOffset += bytes;
        var isLast = ReferenceEquals(head, _last);
        if (_headOffset == (isLast ? _lastFilled : head.Capacity))
        {
            Drop(isLast);
        }
    }

    public void Clear()
    {
        while (_buffers.Count > 0)
        {
            Drop(ReferenceEquals(_buffers.Peek(), _last));
        }
    }

    private void Drop(bool isLast)
    {
        pool.Return(_buffers.Dequeue());
        _headOffset = 0;
        if (isLast)
        {
            _last = null;
        }
    }
}
