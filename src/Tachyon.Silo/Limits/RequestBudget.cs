namespace Tachyon.Silo.Limits;

/// <summary>How much may be asked: a burst at once, refilled at a steady rate. Thread-safe.</summary>
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

    /// <summary>After how many milliseconds there is something to take again; 0 when there is now.</summary>
    public uint RetryAfterMs
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _left >= 1 ? 0 : (uint)Math.Ceiling((1 - _left) * 1_000 / perSecond);
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

    /// <summary>Takes what was used already, also where less is left: then nothing is given until that is made up for.</summary>
    public void Charge(int used)
    {
        lock (_lock)
        {
            Refill();
            _left -= used;
        }
    }

    /// <summary>Gives back what was taken, as it turned out to be owed to nobody.</summary>
    public void Return()
    {
        lock (_lock)
        {
            _left = Math.Min(burst, _left + 1);
        }
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(burst, _left + (time.GetElapsedTime(_refilledAt, now).TotalSeconds * perSecond));
        _refilledAt = now;
    }
}
