namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Lets one sender at a time onto the connection, in the order they came. Thread safe; entering does not allocate.
/// </summary>
/// <remarks>
/// First come, first served is what shares the connection fairly among streams: a stream waits for one frame of each
/// other stream at most.
/// </remarks>
internal sealed class SendGate
{
    private readonly Lock _lock = new();
    private readonly Queue<SingleWaiter> _waiting = new();
    private bool _held;

    /// <summary>Completes once the caller holds the gate; it must then <see cref="Exit"/>.</summary>
    public ValueTask EnterAsync(SingleWaiter waiter)
    {
        lock (_lock)
        {
            if (!_held)
            {
                _held = true;
                return ValueTask.CompletedTask;
            }

            var wait = waiter.Begin();
            _waiting.Enqueue(waiter);
            return wait;
        }
    }

    /// <summary>Hands the gate to the next in line.</summary>
    public void Exit()
    {
        SingleWaiter? next;
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out next))
            {
                _held = false;
                return;
            }
        }

        next.Release();
    }
}
