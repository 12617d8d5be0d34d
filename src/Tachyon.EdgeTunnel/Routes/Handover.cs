using System.Threading.Tasks.Sources;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// Bytes from one side to the other in memory, straight into the buffer that the other reads into: nothing is kept in between, and
/// whoever writes goes on with what the reader makes of it.
/// </summary>
/// <remarks>
/// <code>
///   writer ──▶ buffer of the read that waits ──▶ reader, on the writer's thread, until it waits for more
/// </code>
/// So no thread is woken for what arrives, and a reader that is busy holds the writer up. One reads and one writes at a time; either
/// may end from any thread, and who waited then goes on in the pool.
/// </remarks>
internal sealed class Handover : IValueTaskSource<int>
{
    private readonly Lock _lock = new();
    private readonly SingleWaiter _writer = new();
    private ManualResetValueTaskSourceCore<int> _reader;
    private Memory<byte> _wanted;
    private bool _readerWaits;
    private bool _writerWaits;
    private bool _isEnded;
    private bool _isReaderGone;
    private IOException? _fault;

    /// <summary>Reads what comes next, at least a byte; zero at the end.</summary>
    /// <exception cref="IOException">The writer broke off.</exception>
    /// <exception cref="ObjectDisposedException">The reader has gone.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        ValueTask<int> read;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isReaderGone, this);
            if (_isEnded)
            {
                return _fault is { } fault ? ValueTask.FromException<int>(fault) : ValueTask.FromResult(0);
            }

            if (_readerWaits)
            {
                throw new InvalidOperationException("Somebody reads already.");
            }

            _reader.Reset();
            (_wanted, _readerWaits) = (buffer, true);
            read = new ValueTask<int>(this, _reader.Version);
            ReleaseWriter();
        }

        return read;
    }

    /// <summary>Hands over what the reader takes at once.</summary>
    /// <returns>Bytes taken, possibly none.</returns>
    /// <exception cref="IOException">The reader has gone.</exception>
    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (taken < bytes.Length)
        {
            int count;
            lock (_lock)
            {
                ThrowIfReaderGone();
                if (!_readerWaits)
                {
                    break;
                }

                count = Math.Min(bytes.Length - taken, _wanted.Length);
                bytes.Slice(taken, count).CopyTo(_wanted.Span);
                (_wanted, _readerWaits) = (default, false);
            }

            // Without the lock, since the reader goes on right here.
            taken += count;
            _reader.SetResult(count);
        }

        return taken;
    }

    /// <summary>Hands over all, waiting for the reader.</summary>
    /// <exception cref="IOException">The reader has gone.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            bytes = bytes[TryWrite(bytes.Span)..];
            if (bytes.IsEmpty)
            {
                return;
            }

            var wait = ValueTask.CompletedTask;
            lock (_lock)
            {
                if (!_readerWaits && !_isReaderGone)
                {
                    wait = _writer.Begin();
                    _writerWaits = true;
                }
            }

            await wait;
        }
    }

    /// <summary>Nothing more is written: reading ends, or fails where the writer broke off.</summary>
    public void End(IOException? fault)
    {
        lock (_lock)
        {
            if (!_isEnded)
            {
                (_isEnded, _fault) = (true, fault);
                ReleaseReader();
            }
        }
    }

    /// <summary>Nothing more is read: whoever writes fails.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _isReaderGone = true;
            ReleaseReader();
            ReleaseWriter();
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => _reader.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _reader.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reader.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);

    // Not here: whoever ends it may hold locks, and has no part in what the reader does then.
    private void ReleaseReader()
    {
        if (_readerWaits)
        {
            (_wanted, _readerWaits) = (default, false);
            ThreadPool.UnsafeQueueUserWorkItem(static handover => handover.EndRead(), this, preferLocal: false);
        }
    }

    private void EndRead()
    {
        if (_isReaderGone)
        {
            _reader.SetException(new ObjectDisposedException(nameof(Handover)));
        }
        else if (_fault is { } fault)
        {
            _reader.SetException(fault);
        }
        else
        {
            _reader.SetResult(0);
        }
    }

    // Goes on elsewhere, see SingleWaiter.
    private void ReleaseWriter()
    {
        if (_writerWaits)
        {
            _writerWaits = false;
            _writer.Release();
        }
    }

    private void ThrowIfReaderGone()
    {
        if (_isReaderGone)
        {
            throw new IOException("the session inside the stream has ended");
        }
    }
}
