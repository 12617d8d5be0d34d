namespace Tachyon.EdgeTunnel.Tunnel.Waiting;

/// <summary>
/// Lets one thread sleep until another wakes it, for a system call on each side where the system has epoll: the runtime's own monitors
/// take several, and a lock that both want. Thread safe; one waits at a time.
/// </summary>
internal sealed class ThreadWaker : IDisposable
{
    private static readonly Action<int, uint> Nothing = static (_, _) => { };

    private readonly Epoll? _epoll = OperatingSystem.IsLinux() ? new Epoll() : null;
    private readonly object _gate = new();
    private bool _isWoken;

    /// <summary>Ends the wait that is under way, or the next one.</summary>
    public void Wake()
    {
        if (_epoll is { } epoll)
        {
            epoll.Wake();
            return;
        }

        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until it is woken, or for so long.</summary>
    /// <returns>False where the time has passed.</returns>
    public bool Wait(TimeSpan most)
    {
        var timeoutMs = most == Timeout.InfiniteTimeSpan ? -1 : (int)most.TotalMilliseconds;
        if (_epoll is { } epoll)
        {
            return epoll.Wait(timeoutMs, Nothing);
        }

        lock (_gate)
        {
            var isWoken = _isWoken || Monitor.Wait(_gate, timeoutMs);
            _isWoken = false;
            return isWoken;
        }
    }

    /// <summary>Nobody waits any more. Waking stays allowed and does nothing.</summary>
    public void Dispose() => _epoll?.Dispose();
}
