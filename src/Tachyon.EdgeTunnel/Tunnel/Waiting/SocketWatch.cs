using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tunnel.Waiting;

/// <summary>
/// Waits for one socket on an event loop: one wait for reading and one for writing at a time, without allocation. What waited
/// goes on on the loop's thread, and there finds out by itself how the socket is.
/// </summary>
internal sealed class SocketWatch : IDisposable
{
    private readonly Lock _lock = new();
    private readonly EventLoop _loop;
    private readonly SafeSocketHandle _handle;
    private readonly int _descriptor;
    private readonly int _id;
    private readonly LoopWaiter _readable;
    private readonly LoopWaiter _writable;
    private uint _armed;
    private bool _ended;
    private bool _disposed;

    /// <summary>Watches a socket, which must not be closed before this is disposed of.</summary>
    public SocketWatch(EventLoop loop, Socket socket)
    {
        _loop = loop;
        _readable = new LoopWaiter(loop);
        _writable = new LoopWaiter(loop);
        _handle = socket.SafeHandle;

        // Keeps the descriptor's number from being given to another socket while epoll knows it.
        var isHeld = false;
        _handle.DangerousAddRef(ref isHeld);
        try
        {
            _descriptor = (int)_handle.DangerousGetHandle();
            _id = loop.Register(this, _descriptor);
        }
        catch
        {
            _handle.DangerousRelease();
            throw;
        }
    }

    /// <summary>Completes when a read would not wait.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed meanwhile.</exception>
    public ValueTask WaitReadableAsync() => WaitAsync(_readable, Epoll.In);

    /// <summary>Completes when a write would not wait.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed meanwhile.</exception>
    public ValueTask WaitWritableAsync() => WaitAsync(_writable, Epoll.Out);

    /// <summary>Completes on the loop's thread, when it is the caller's turn among those who share it.</summary>
    public ValueTask TakeTurnAsync() => _loop.TakesTurn() ? ValueTask.CompletedTask : _readable.BeginReleased();

    /// <summary>Ends what waits, with an <see cref="ObjectDisposedException"/>. Close the socket afterwards.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            // From here on nothing is armed any more.
            _disposed = _ended = true;
        }

        _loop.Forget(_id, _descriptor);
        End();
        _handle.DangerousRelease();
    }

    internal void OnReady(uint events)
    {
        uint ended;
        lock (_lock)
        {
            // An error or a hang-up is everybody's to find out.
            ended = (events & ~(Epoll.In | Epoll.Out)) != 0 ? _armed : _armed & events;
            _armed &= ~ended;
            if (_armed != 0 && !_disposed)
            {
                _ = _loop.TryArm(_id, _descriptor, _armed);
            }
        }

        Release(ended);
    }

    internal void End()
    {
        uint ended;
        lock (_lock)
        {
            _ended = true;
            ended = _armed;
            _armed = 0;
        }

        Release(ended);
    }

    private ValueTask WaitAsync(LoopWaiter waiter, uint events)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            var wait = waiter.Begin();
            _armed |= events;
            if (!_loop.TryArm(_id, _descriptor, _armed))
            {
                _armed &= ~events;
                waiter.Release(isEnded: true);
            }

            return wait;
        }
    }

    private void Release(uint events)
    {
        if ((events & Epoll.In) != 0)
        {
            _readable.Release(_ended);
        }

        if ((events & Epoll.Out) != 0)
        {
            _writable.Release(_ended);
        }
    }
}
