namespace Tachyon.Grains.Tests.Cluster;

/// <summary>
/// A clock that runs, so that timers fire by themselves, and that a test can set forward together with its chain, or stop.
/// </summary>
internal sealed class TestClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<Timer> _timers = [];
    private TimeSpan _offset;
    private DateTimeOffset? _stoppedAt;

    public ulong NowSeconds => (ulong)GetUtcNow().ToUnixTimeSeconds();

    public ulong NowMs => (ulong)GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Whether anybody waits for its time to pass.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count > 0;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return (_stoppedAt ?? System.GetUtcNow()) + _offset;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>From now on time passes by <see cref="Advance"/> alone.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stoppedAt ??= System.GetUtcNow();
        }
    }

    public void Advance(TimeSpan time)
    {
        Timer[] timers;
        lock (_lock)
        {
            _offset += time;
            timers = [.. _timers];
        }

        foreach (Timer timer in timers)
        {
            timer.Look();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Fires once when its time is reached, however the clock got there.</summary>
    private sealed class Timer : ITimer
    {
        private readonly TestClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _running;
        private DateTimeOffset? _due;

        internal Timer(TestClock clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _callback = callback;
            _state = state;
            _running = System.CreateTimer(static timer => ((Timer)timer!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero)
            {
                throw new NotSupportedException($"A period of {period}: nothing that is tested repeats by this clock.");
            }

            bool isSet = dueTime != Timeout.InfiniteTimeSpan;
            lock (_clock._lock)
            {
                _due = isSet ? _clock.GetUtcNow() + dueTime : null;
                _ = isSet ? _clock._timers.Add(this) : _clock._timers.Remove(this);
            }

            return _running.Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        internal void Look()
        {
            lock (_clock._lock)
            {
                if (_due is not { } due)
                {
                    return;
                }

                TimeSpan left = due - _clock.GetUtcNow();
                if (left > TimeSpan.Zero)
                {
                    // The timers of the machine may be early by a little.
                    _running.Change(_clock._stoppedAt is null ? left + TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    return;
                }

                _due = null;
                _clock._timers.Remove(this);
            }

            _callback(_state);
        }

        public void Dispose()
        {
            Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _running.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
