namespace Tachyon.Testing;

/// <summary>
/// A clock that stands still until a test moves it. Timers, and with them delays, periodic timers and time limits made with
/// this provider, fire inside <see cref="Advance"/>, in the order in which they are due.
/// </summary>
/// <remarks>Thread-safe. Callbacks run on the thread that advances the clock, with the clock at the time they were due.</remarks>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now;

    /// <summary>A clock that shows 1 January 2026.</summary>
    public FakeTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>A clock that shows the given time.</summary>
    public FakeTimeProvider(DateTimeOffset now) => _now = now;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward and fires what becomes due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target;
        lock (_lock)
        {
            target = _now + by;
        }

        while (NextDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>The first timer due at or before the target, with the clock moved to it; null with the clock at the target.</summary>
    private Timer? NextDue(DateTimeOffset target)
    {
        lock (_lock)
        {
            var timer = _timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
            var reached = timer?.Due ?? target;
            _now = reached > _now ? reached : _now;
            timer?.Rearm();
            return timer;
        }
    }

    private sealed class Timer(FakeTimeProvider provider, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (provider._lock)
            {
                provider._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = provider._now + dueTime;
                    provider._timers.Add(this);
                }
            }

            return true;
        }

        /// <summary>Called with the lock held, before the timer fires.</summary>
        public void Rearm()
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period;
            }
            else
            {
                provider._timers.Remove(this);
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (provider._lock)
            {
                provider._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
