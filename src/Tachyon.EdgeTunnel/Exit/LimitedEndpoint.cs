using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>An exit's connection under its session's limits: how fast it moves, how long it may be silent.</summary>
internal sealed class LimitedEndpoint(IStreamEndpoint inner, RateLimit? rate, TimeProvider time, Action<LimitedEndpoint, int> onMoved, Action<LimitedEndpoint> onClosed)
    : IStreamEndpoint, IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private long _lastMovedAt = time.GetTimestamp();
    private volatile bool _wasIdle;

    /// <summary>For how long nothing was moved.</summary>
    public TimeSpan SilentFor => time.GetElapsedTime(Volatile.Read(ref _lastMovedAt));

    public bool WasIdle => _wasIdle || inner.WasIdle;

    public ValueTask WaitForDataAsync() => rate is null || rate.IsOpen ? inner.WaitForDataAsync() : WaitBothAsync(rate);

    public void Join(EventLoop loop) => inner.Join(loop);

    public ValueTask TakeTurnAsync() => inner.TakeTurnAsync();

    public bool WaitBrieflyForRoom() => (rate is null || rate.IsOpen) && inner.WaitBrieflyForRoom();

    public int TryRead(Span<byte> buffer)
    {
        if (rate is null)
        {
            return Moved(inner.TryRead(buffer));
        }

        var leave = rate.Take(buffer.Length);
        if (leave == 0)
        {
            return -1;
        }

        var read = -1;
        try
        {
            read = inner.TryRead(buffer[..leave]);
            return Moved(read);
        }
        finally
        {
            rate.Return(leave - Math.Max(read, 0));
        }
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (rate is null)
        {
            return Moved(inner.TryWrite(bytes));
        }

        var leave = rate.Take(bytes.Length);
        var written = 0;
        try
        {
            written = leave == 0 ? 0 : inner.TryWrite(bytes[..leave]);
            return Moved(written);
        }
        finally
        {
            rate.Return(leave - written);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var leave = rate?.Take(bytes.Length) ?? bytes.Length;
            if (leave == 0)
            {
                await rate!.WaitAsync(_closed.Token);
                continue;
            }

            await inner.WriteAsync(bytes[..leave]);
            Moved(leave);
            bytes = bytes[leave..];
        }
    }

    public void ShutdownWrite() => inner.ShutdownWrite();

    public void Close(bool inOrder)
    {
        inner.Close(inOrder);
        if (!_closed.IsCancellationRequested)
        {
            _closed.Cancel();
            onClosed(this);
        }
    }

    /// <summary>Closes because it was silent for too long.</summary>
    public void Expire()
    {
        _wasIdle = true;
        Close(inOrder: false);
    }

    public void Dispose() => Close(inOrder: false);

    private int Moved(int bytes)
    {
        if (bytes > 0)
        {
            Volatile.Write(ref _lastMovedAt, time.GetTimestamp());
            onMoved(this, bytes);
        }

        return bytes;
    }

    private async ValueTask WaitBothAsync(RateLimit limit)
    {
        await limit.WaitAsync(_closed.Token);
        await inner.WaitForDataAsync();
    }
}
