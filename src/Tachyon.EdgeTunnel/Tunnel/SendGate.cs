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
    private bool _asked;

    /// <summary>Takes the gate if it is free, else asks its holder to look before it leaves at what is to be sent.</summary>
    /// <returns>Whether the caller holds the gate.</returns>
    public bool TryEnterOrAsk()
    {
        lock (_lock)
        {
            _asked |= _held;
            return !_held && (_held = true);
        }
    }

    /// <summary>Asks the holder to look before it leaves. False when there is none.</summary>
    public bool TryAsk()
    {
        lock (_lock)
        {
            return _held && (_asked = true);
        }
    }

    /// <summary>Completes once the caller holds the gate; it must then <see cref="TryExit"/>.</summary>
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
    /// <returns>False where somebody has asked since: the caller holds it still, looks, and tries again.</returns>
    public bool TryExit()
    {
        SingleWaiter? next;
        lock (_lock)
        {
            if (_asked)
            {
                _asked = false;
                return false;
            }

            if (!_waiting.TryDequeue(out next))
            {
                _held = false;
                return true;
            }
        }

        next.Release();
        return true;
    }
}
