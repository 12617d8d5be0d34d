namespace Tachyon.Testing;

/// <summary>
/// The real clock, but for waits of <see cref="Length"/>: those end when a test says so. For limits that are to run out once something has
/// happened, however long that takes on a busy machine. Thread-safe.
/// </summary>
public sealed class EndlessWait : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<(TimerCallback Callback, object? State)> _waiting = [];
    private bool _isOver;

    /// <summary>The length of a wait that does not end by itself.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromDays(14);

    /// <summary>Ends such waits, those of later on as well.</summary>
    public void End()
    {
        (TimerCallback Callback, object? State)[] waiting;
        lock (_lock)
        {
            _isOver = true;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var (callback, state) in waiting)
        {
            callback(state);
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Length)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        lock (_lock)
        {
            if (!_isOver)
            {
                _waiting.Add((callback, state));
            }

            // What was disposed meanwhile takes a late call for none, as it does of any timer.
            return base.CreateTimer(callback, state, _isOver ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, period);
        }
    }
}
