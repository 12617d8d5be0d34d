using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>One reminder on the silo that owns it. Ticks that fell due while nobody ran are skipped, not made up for.</summary>
internal sealed partial class LocalReminder : IDisposable
{
    // A longer wait is made in parts: timers take no more than 49 days.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _stopped = new();
    private readonly ReminderService _service;

    public LocalReminder(ReminderService service, ReminderEntry entry)
    {
        _service = service;
        Entry = entry;
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            // Off the registering grain's scheduler, which would otherwise run the ticks as its own turns.
            Completion = Task.Run(Run);
        }
    }

    public ReminderEntry Entry { get; }

    public Task Completion { get; }

    public void Dispose() => _stopped.Cancel();

    private async Task Run()
    {
        try
        {
            IRemindable grain = _service.Silo.Factory.GetGrain<IRemindable>(Entry.GrainId);
            DateTime due = NextDue();
            while (true)
            {
                TimeSpan wait = due - _service.Clock.GetUtcNow().UtcDateTime;
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait < s_longestWait ? wait : s_longestWait, _service.Clock, _stopped.Token);
                    continue;
                }

                await Tick(grain);
                due = NextDue();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task Tick(IRemindable grain)
    {
        try
        {
            await grain.ReceiveReminder(Entry.ReminderName, new TickStatus(Entry.StartAt, Entry.Period, _service.Clock.GetUtcNow().UtcDateTime));
        }
        catch (Exception exception)
        {
            LogTickFailed(_service.Logger, exception, Entry);
        }
    }

    private DateTime NextDue()
    {
        TimeSpan late = _service.Clock.GetUtcNow().UtcDateTime - Entry.StartAt;
        return late < TimeSpan.Zero ? Entry.StartAt
            : Entry.Period <= TimeSpan.Zero ? Entry.StartAt + late
            : Entry.StartAt + (((late.Ticks / Entry.Period.Ticks) + 1) * Entry.Period);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not deliver reminder tick for {Entry}")]
    private static partial void LogTickFailed(ILogger logger, Exception exception, ReminderEntry entry);
}
