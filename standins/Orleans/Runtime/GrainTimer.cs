using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.CodeGeneration;
using Orleans.Runtime;
using Orleans.Timers;

namespace StandIns.OrleansRuntime;

/// <summary>Makes timers whose ticks are turns of an activation.</summary>
internal sealed class TimerRegistry([FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock, ILoggerFactory loggers) : ITimerRegistry
{
    private readonly ILogger _logger = loggers.CreateLogger("Orleans.Timer");

    public IDisposable RegisterTimer(IGrainContext grainContext, Func<object?, Task> callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        RegisterGrainTimer(grainContext, (value, _) => callback(value), state, new GrainTimerCreationOptions(dueTime, period) { Interleave = true });

    public IGrainTimer RegisterGrainTimer<TState>(IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(grainContext);
        ArgumentNullException.ThrowIfNull(callback);
        GrainTimer timer = new((Activation)grainContext, cancellation => callback(state, cancellation), options, clock, _logger);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }
}

/// <summary>One timer. The next period starts when a tick has ended, so ticks never pile up.</summary>
internal sealed partial class GrainTimer : IGrainTimer
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private bool _changed;
    private bool _firing;
    private TimeSpan _dueTime = Timeout.InfiniteTimeSpan;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options, TimeProvider clock, ILogger logger)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        _logger = logger;
        bool suppress = !ExecutionContext.IsFlowSuppressed();
        using (suppress ? ExecutionContext.SuppressFlow() : default)
        {
            _timer = clock.CreateTimer(static self => ((GrainTimer)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        activation.AddTimer(this);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        _changed = true;
        _dueTime = dueTime;
        _period = period;
        if (!_firing)
        {
            Arm(dueTime);
        }
    }

    public void Dispose()
    {
        try
        {
            _disposed.Cancel();
        }
        catch (AggregateException exception)
        {
            LogTickFailed(exception, _activation);
        }

        _timer.Dispose();
        _activation.RemoveTimer(this);
    }

    private static void Check(TimeSpan span, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((long)span.TotalMilliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)span.TotalMilliseconds, 0xfffffffe, name);
    }

    private void Fire()
    {
        _firing = true;
        _activation.Receive(new Tick(this));
    }

    private async Task Run()
    {
        if (_disposed.IsCancellationRequested)
        {
            return;
        }

        _changed = false;
        try
        {
            await _callback(_disposed.Token);
        }
        catch (Exception exception)
        {
            LogTickFailed(exception, _activation);
        }
        finally
        {
            if (!_disposed.IsCancellationRequested)
            {
                Arm(_changed ? _dueTime : _period);
            }

            _firing = false;
        }
    }

    private void Arm(TimeSpan due)
    {
        try
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // Disposed between the check and here: there is nothing left to arm.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Caught and ignored exception thrown from timer callback for {Activation}.")]
    private partial void LogTickFailed(Exception exception, Activation activation);

    private sealed class Tick : Message, ITurn
    {
        private readonly GrainTimer _timer;

        public Tick(GrainTimer timer) : base(timer._activation.GrainId, timer._activation.Silo, timer._activation.GrainId)
        {
            _timer = timer;
            Options = InvokeMethodOptions.OneWay | (timer._options.Interleave ? InvokeMethodOptions.AlwaysInterleave : 0);
        }

        public override bool IsLocalOnly => true;

        public override bool IsKeepAlive => _timer._options.KeepAlive;

        public Task Run(Activation activation) => _timer.Run();
    }
}
