namespace Tachyon.EdgeTunnel.Exit;

/// <summary>What may be had at once and then by the second. Thread-safe.</summary>
internal sealed class TokenBucket
{
    private readonly Lock _lock = new();
    private readonly double _capacity;
    private readonly double _perSecond;
    private readonly TimeProvider _time;
    private double _level;
    private long _at;

    /// <summary>A full bucket.</summary>
    public TokenBucket(double capacity, double perSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        ArgumentNullException.ThrowIfNull(time);
        (_capacity, _perSecond, _time, _level, _at) = (capacity, perSecond, time, capacity, time.GetTimestamp());
    }

    /// <summary>Takes all of it or nothing.</summary>
    public bool TryTake(double count) => TakeUpTo(count, count) > 0;

    /// <summary>Takes what there is, up to <paramref name="most"/>; nothing where that is below <paramref name="least"/>.</summary>
    public double TakeUpTo(double most, double least)
    {
        lock (_lock)
        {
            Refill();
            var taken = Math.Min(most, _level);
            if (taken < least)
            {
                return 0;
            }

            _level -= taken;
            return taken;
        }
    }

    /// <summary>
    /// Takes all of it where there is anything left: what is missing is owed, and nothing more is to be had until it is made up. For
    /// what can neither be parted nor be kept below what the bucket holds.
    /// </summary>
    public bool TryTakeAhead(double count)
    {
        lock (_lock)
        {
            Refill();
            if (_level <= 0)
            {
                return false;
            }

            _level -= count;
            return true;
        }
    }

    /// <summary>Adds, as for what was earned or taken and not used.</summary>
    public void Add(double count)
    {
        lock (_lock)
        {
            Refill();
            _level = Math.Min(_capacity, _level + count);
        }
    }

    /// <summary>How long until so much is there, if nobody else takes it.</summary>
    public TimeSpan Until(double count)
    {
        lock (_lock)
        {
            Refill();
            return TimeSpan.FromSeconds(Math.Max(0, Math.Min(count, _capacity) - _level) / _perSecond);
        }
    }

    private void Refill()
    {
        var now = _time.GetTimestamp();
        _level = Math.Min(_capacity, _level + (_time.GetElapsedTime(_at, now).TotalSeconds * _perSecond));
        _at = now;
    }
}
