using Microsoft.Extensions.Options;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Deadlines;

/// <inheritdoc cref="IDeadlineGrain" />
/// <remarks>
/// One reminder brings the shard back after a restart or a fail-over, however many channels it watches; while it is
/// active, a timer is exact to the second, which a reminder, with Orleans' minimum of a minute, is not.
/// </remarks>
internal sealed class DeadlineGrain : Grain, IDeadlineGrain, IRemindable
{
    private const string ReminderName = "deadlines";

    /// <summary>A channel that was called and has not set another time is called again after so long.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(15);

    /// <summary>The timer looks at least so often; timers cannot be set for any time ahead.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private static readonly ulong LastSecond = (ulong)(DateTimeOffset.MaxValue - LongestSleep).ToUnixTimeSeconds();

    private readonly IPersistentState<DeadlineRecord> _storage;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly Dictionary<ChannelId, DateTimeOffset> _calledAt = [];
    private DurableRecord<DeadlineRecord> _record = null!;
    private IGrainTimer? _timer;
    private bool _hasReminder;

    /// <summary>Made by the runtime.</summary>
    public DeadlineGrain(
        [PersistentState("deadlines", GrainsOptions.StorageName)] IPersistentState<DeadlineRecord> storage,
        IOptions<GrainsOptions> options,
        GrainClock clock)
    {
        _storage = storage;
        _options = options.Value;
        _clock = clock;
    }

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new DurableRecord<DeadlineRecord>(_storage, DeactivateOnIdle);
        _timer = this.RegisterGrainTimer(
            CallDueChannels,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Schedule();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task Set(ChannelId channel, ulong? dueAtSeconds)
    {
        if (dueAtSeconds is null && !_record.Newest.Holds(channel))
        {
            await _record.WhenDurableAsync();
            return;
        }

        if (dueAtSeconds is not null && !_hasReminder)
        {
            // First the reminder: a deadline without one would be forgotten with this activation.
            await this.RegisterOrUpdateReminder(ReminderName, _options.DeadlineReminderPeriod, _options.DeadlineReminderPeriod);
            _hasReminder = true;
        }

        bool wasSet = _record.Newest.Deadlines.Any(deadline => deadline.ChannelId == channel);
        await _record.SaveAsync(_record.Newest.With(channel, dueAtSeconds));
        _calledAt.Remove(channel);
        Schedule();
        if (dueAtSeconds is null && wasSet)
        {
            // This message may be older than the one that set the time, and have come late: a channel that still waits for
            // a time sets it again when it is called.
            await GrainFactory.Channel(channel).DeadlineReached();
        }
    }

    /// <inheritdoc />
    public Task<int> Count() => Task.FromResult(_record.Durable.Deadlines.Length);

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _hasReminder = true;
        if (_record.Durable.Deadlines.Length > 0)
        {
            // The timer does this too; but a clock that was set forward makes timers late.
            await CallDueChannels();
            return;
        }

        if (await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        _hasReminder = false;
    }

    private async Task CallDueChannels()
    {
        DateTimeOffset now = _clock.UtcNow;
        foreach (Deadline deadline in _record.Durable.Deadlines)
        {
            if (NextCall(deadline) <= now)
            {
                _calledAt[deadline.ChannelId] = now;

                // One way, so it only waits for the message to leave: the channel may be waiting for this shard.
                await GrainFactory.Channel(deadline.ChannelId).DeadlineReached();
            }
        }

        Schedule();
    }

    private DateTimeOffset NextCall(Deadline deadline)
    {
        // A lying endpoint can name any time; one that no calendar holds must not end the shard with all its channels.
        DateTimeOffset due = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(deadline.DueAtSeconds, LastSecond));
        return _calledAt.TryGetValue(deadline.ChannelId, out DateTimeOffset calledAt) && calledAt >= due ? calledAt + RepeatAfter : due;
    }

    private void Schedule()
    {
        Deadline[] deadlines = _record.Durable.Deadlines;
        if (deadlines.Length == 0)
        {
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        TimeSpan sleep = deadlines.Min(NextCall) - _clock.UtcNow;
        sleep = sleep < TimeSpan.Zero ? TimeSpan.Zero : sleep > LongestSleep ? LongestSleep : sleep;
        _timer!.Change(sleep, Timeout.InfiniteTimeSpan);
    }
}
