using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tunnel.Waiting;

/// <summary>
/// One thread that waits for many sockets and runs what waited for them, one after the other. Thread safe.
/// </summary>
/// <remarks>
/// <code>
///   socket is ready ─┐
///   continuation ────┴─▶ thread: everything posted so far, then the sockets, and again
/// </code>
/// A session's pumps share one: what runs on one thread needs no other to be woken, and never two to wait for each other's
/// turn. What runs there must not block. After <see cref="Dispose"/> everything goes to the pool.
/// </remarks>
internal sealed class EventLoop : IDisposable
{
    // So often others get a look in while one finds everything ready.
    private const int TurnsBetweenLooks = 8;

    private static readonly Lazy<EventLoop?> SharedLoop = new(() => TryStart("handshakes"));

    [ThreadStatic]
    private static EventLoop? t_current;

    private readonly Lock _lock = new();
    private readonly Epoll _epoll = new();
    private readonly Dictionary<int, SocketWatch> _watches = [];
    private Queue<(Action<object?> Continuation, object? State)> _posted = new();
    private Queue<(Action<object?> Continuation, object? State)> _running = new();
    private int _lastId;
    private int _turns;
    private bool _sleeping;
    private bool _stopped;

    private EventLoop()
    {
    }

    /// <summary>The process's own, for connections before they belong to a session; null where the system has no epoll.</summary>
    public static EventLoop? Shared => SharedLoop.Value;

    /// <summary>The loop that the caller runs on, or null.</summary>
    public static EventLoop? Current => t_current;

    /// <summary>Starts a loop's thread. Null where the system has no epoll: waiting then is the pool's.</summary>
    public static EventLoop? TryStart(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var loop = new EventLoop();
        new Thread(loop.Run) { IsBackground = true, Name = name }.Start();
        return loop;
    }

    /// <summary>Watches a socket, which must not be closed before the watch is disposed of.</summary>
    /// <exception cref="IOException">The system has no room for another.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public SocketWatch Watch(Socket socket) => new(this, socket);

    /// <summary>Runs a continuation on the loop's thread, after what was posted before.</summary>
    public void Post(Action<object?> continuation, object? state)
    {
        lock (_lock)
        {
            if (!_stopped)
            {
                _posted.Enqueue((continuation, state));
                if (_sleeping && t_current != this)
                {
                    _sleeping = false;
                    _epoll.Wake();
                }

                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: false);
    }

    /// <summary>Goes on on the loop's thread, or on the pool where there is none; never on the caller's own time.</summary>
    public static LoopEntry Enter(EventLoop? loop) => new(loop);

    /// <summary>Whether the caller, which runs on this loop, may go on at once: false where others should have their turn.</summary>
    public bool TakesTurn()
    {
        if (t_current != this)
        {
            return false;
        }

        // Without the lock: what is posted right now is seen next time.
        if (_posted.Count > 0 || ++_turns >= TurnsBetweenLooks)
        {
            _turns = 0;
            return false;
        }

        return true;
    }

    /// <summary>Ends the loop once everything posted has run. Its watches end with it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_stopped)
            {
                _stopped = true;
                _epoll.Wake();
            }
        }
    }

    internal int Register(SocketWatch watch, int descriptor)
    {
        lock (_lock)
        {
            var id = ++_lastId;
            _watches.Add(id, watch);
            _epoll.Register(descriptor, id);
            return id;
        }
    }

    /// <returns>False when the loop has stopped: nothing will ever be ready.</returns>
    internal bool TryArm(int id, int descriptor, uint events)
    {
        lock (_lock)
        {
            if (_stopped)
            {
                return false;
            }

            _epoll.Arm(descriptor, id, events);
            return true;
        }
    }

    internal void Forget(int id, int descriptor)
    {
        lock (_lock)
        {
            if (_watches.Remove(id))
            {
                _epoll.Forget(descriptor);
            }
        }
    }

    private void Run()
    {
        t_current = this;
        Action<int, uint> ready = OnReady;
        while (true)
        {
            bool isIdle;
            lock (_lock)
            {
                (_running, _posted) = (_posted, _running);
                isIdle = _sleeping = _running.Count == 0 && !_stopped;
                if (_running.Count == 0 && _stopped)
                {
                    break;
                }
            }

            while (_running.TryDequeue(out var next))
            {
                next.Continuation(next.State);
            }

            _epoll.Wait(isIdle ? -1 : 0, ready);
            if (isIdle)
            {
                lock (_lock)
                {
                    _sleeping = false;
                }
            }
        }

        t_current = null;
        EndWatches();
        _epoll.Dispose();
    }

    private void OnReady(int id, uint events)
    {
        SocketWatch? watch;
        lock (_lock)
        {
            _watches.TryGetValue(id, out watch);
        }

        watch?.OnReady(events);
    }

    private void EndWatches()
    {
        SocketWatch[] watches;
        lock (_lock)
        {
            watches = [.. _watches.Values];
        }

        foreach (var watch in watches)
        {
            watch.End();
        }
    }
}
