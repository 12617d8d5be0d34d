using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// Tells a thread that works in batches when to take the next: at once where something in it cannot wait, else after a while.
/// One thread waits, any may ask.
/// </summary>
/// <param name="mostWait">How long what may wait does so at most.</param>
internal sealed class BatchSignal(TimeSpan mostWait) : IDisposable
{
    // Without spinning: between two batches lies more time than a switch takes, and who spins takes it from the traffic.
    private readonly ThreadWaker _waker = new();
    private readonly Lock _gate = new();
    private bool _isUrgent;
    private bool _isAsked;
    private Waiting _waiting;

    private enum Waiting
    {
        /// <summary>At work, or woken already.</summary>
        None,

        /// <summary>Looks again by itself after a while: only what is urgent wakes it.</summary>
        ForAWhile,

        /// <summary>Asleep until there is something.</summary>
        ForAnything,
    }

    /// <summary>There is something for the next batch.</summary>
    public void Ask(bool isUrgent)
    {
        bool wakes;
        lock (_gate)
        {
            _isAsked = true;
            _isUrgent |= isUrgent;
            wakes = _waiting == Waiting.ForAnything || (isUrgent && _waiting == Waiting.ForAWhile);
            if (wakes)
            {
                _waiting = Waiting.None;
            }
        }

        // Without the lock, which the other would wait for as soon as it wakes.
        if (wakes)
        {
            _waker.Wake();
        }
    }

    /// <summary>Returns when the next batch is due.</summary>
    public void Wait()
    {
        // Whoever has just worked looks again by itself, so that what may wait wakes nobody while there is traffic.
        var next = Waiting.ForAWhile;
        while (true)
        {
            lock (_gate)
            {
                if (_isUrgent || (_isAsked && next == Waiting.ForAnything))
                {
                    _isUrgent = _isAsked = false;
                    _waiting = Waiting.None;
                    return;
                }

                _waiting = next;
            }

            next = _waker.Wait(next == Waiting.ForAWhile ? mostWait : Timeout.InfiniteTimeSpan) ? Waiting.ForAWhile : Waiting.ForAnything;
        }
    }

    /// <summary>Nobody waits any more; asking stays allowed and does nothing.</summary>
    public void Dispose() => _waker.Dispose();
}
