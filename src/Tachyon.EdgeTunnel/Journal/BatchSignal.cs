namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// Tells a thread that works in batches when to take the next: at once where something in it cannot wait, else after a while.
/// One thread waits, any may ask.
/// </summary>
/// <param name="mostWait">How long what may wait does so at most.</param>
internal sealed class BatchSignal(TimeSpan mostWait)
{
    // Without spinning: between two batches lies more time than a switch takes, and who spins takes it from the traffic.
    private readonly object _gate = new();
    private bool _isUrgent;
    private bool _isAsked;
    private bool _isAsleep;

    /// <summary>There is something for the next batch.</summary>
    public void Ask(bool isUrgent)
    {
        lock (_gate)
        {
            _isAsked = true;
            if ((isUrgent && !_isUrgent) || _isAsleep)
            {
                _isUrgent |= isUrgent;
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Returns when the next batch is due.</summary>
    public void Wait()
    {
        lock (_gate)
        {
            while (!_isUrgent)
            {
                // Whoever has just worked looks again by itself, so that what may wait wakes nobody while there is traffic.
                if (Monitor.Wait(_gate, mostWait))
                {
                    continue;
                }

                if (_isAsked)
                {
                    break;
                }

                _isAsleep = true;
                Monitor.Wait(_gate);
                _isAsleep = false;
            }

            _isUrgent = _isAsked = false;
        }
    }
}
