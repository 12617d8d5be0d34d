namespace Tachyon.Silo.Gateway;

/// <summary>How much one identity may ask: a burst at once, refilled at a steady rate. Thread-safe.</summary>
internal sealed class RequestBudget(int burst, int perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _left = burst;
    private long _refilledAt = time.GetTimestamp();

    /// <summary>True when nothing was asked for so long that the budget is whole again: it can be forgotten.</summary>
    public bool IsWhole
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _left >= burst;
            }
        }
    }

    public bool TryTake()
    {
        lock (_lock)
        {
            Refill();
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(burst, _left + (time.GetElapsedTime(_refilledAt, now).TotalSeconds * perSecond));
        _refilledAt = now;
    }
}
