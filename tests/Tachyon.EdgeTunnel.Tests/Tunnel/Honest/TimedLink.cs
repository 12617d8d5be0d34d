using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel.Honest;

/// <summary>
/// One direction of a connection in virtual time: what is sent arrives after the delay, in order, and what is under way or not
/// yet read when it breaks is lost.
/// </summary>
internal sealed class TimedLink(TimeProvider time, Func<TimeSpan> delay, Action<UnitSeen> onUnit)
{
    // What a sender's and a receiver's system hold for them on a short path.
    public const long ShortPathBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<(DateTimeOffset At, byte[] Bytes)> _underWay = new();
    private readonly Queue<byte[]> _arrived = new();
    private TaskCompletionSource? _reader;
    private TaskCompletionSource? _writer;
    private DateTimeOffset _lastAt;
    private long _bytes;
    private int _headOffset;
    private bool _closed;
    private bool _broken;

    /// <summary>How much may be on its way.</summary>
    public long CapacityBytes { get; init; } = ShortPathBytes;

    /// <summary>All that was ever sent.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Payload that was lost with the connection.</summary>
    public long LostPayloadBytes { get; private set; }

    /// <summary>Whether everything that has arrived was taken, and its reader waits for more.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_lock)
            {
                return _broken || (_arrived.Count == 0 && (_reader is not null || IsOver));
            }
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames)
    {
        Task room;
        lock (_lock)
        {
            ThrowIfBroken();
            Record(frames.Span);
            var at = time.GetUtcNow() + delay();
            _lastAt = at > _lastAt ? at : _lastAt;
            _underWay.Enqueue((_lastAt, frames.ToArray()));
            _bytes += frames.Length;
            SentBytes += frames.Length;
            if (_bytes <= CapacityBytes)
            {
                return;
            }

            _writer ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _writer.Task;
        }

        await room;
        lock (_lock)
        {
            ThrowIfBroken();
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_broken || IsOver)
                {
                    return 0;
                }

                if (_arrived.TryPeek(out var head))
                {
                    return Take(head, buffer);
                }

                _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                more = _reader.Task;
            }

            await more;
        }
    }

    /// <summary>Lets in what is due by now.</summary>
    public void Release()
    {
        lock (_lock)
        {
            while (_underWay.TryPeek(out var next) && next.At <= time.GetUtcNow())
            {
                _arrived.Enqueue(_underWay.Dequeue().Bytes);
            }

            if (_arrived.Count > 0 || IsOver)
            {
                Wake(ref _reader);
            }
        }
    }

    /// <summary>Its sender hangs up; what it had sent still arrives.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Wake(ref _writer);
        }
    }

    public void Break()
    {
        lock (_lock)
        {
            if (!_broken)
            {
                _broken = true;
                LostPayloadBytes = _bytes;
                Wake(ref _reader);
                Wake(ref _writer);
            }
        }
    }

    private bool IsOver => _closed && _underWay.Count == 0 && _arrived.Count == 0;

    private static void Wake(ref TaskCompletionSource? waiter)
    {
        waiter?.TrySetResult();
        waiter = null;
    }

    private int Take(byte[] head, Memory<byte> buffer)
    {
        var part = Math.Min(buffer.Length, head.Length - _headOffset);
        head.AsMemory(_headOffset, part).CopyTo(buffer);
        _headOffset += part;
        _bytes -= part;
        if (_headOffset == head.Length)
        {
            _arrived.Dequeue();
            _headOffset = 0;
        }

        if (_bytes <= CapacityBytes)
        {
            Wake(ref _writer);
        }

        return part;
    }

    private void Record(ReadOnlySpan<byte> frames)
    {
        while (!frames.IsEmpty)
        {
            Assert.Equal(FrameError.None, FrameHeader.TryRead(frames, out var header));
            if (header.HasUnit)
            {
                var section = frames.Slice(FrameLayout.HeaderBytes, FrameLayout.UnitSectionBytes);
                var unit = new UnitSection(section);
                onUnit(new UnitSeen(unit.Index, unit.BytesUsed, Convert.ToHexString(section[..^Signature.Length])));
            }

            frames = frames[header.FrameBytes..];
        }
    }

    private void ThrowIfBroken()
    {
        if (_broken || _closed)
        {
            throw new IOException("The connection broke.");
        }
    }
}

/// <summary>A unit as it went over the wire.</summary>
internal readonly record struct UnitSeen(ulong Index, ulong BytesUsed, string Content);

/// <summary>Both directions, as one end has them.</summary>
internal sealed class TimedStream(TimedLink input, TimedLink output) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // As a socket: what was sent still arrives, what the other sends goes nowhere.
    protected override void Dispose(bool disposing)
    {
        input.Break();
        output.Close();
        base.Dispose(disposing);
    }
}
