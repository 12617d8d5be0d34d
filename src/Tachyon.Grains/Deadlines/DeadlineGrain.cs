using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Deadlines;

/// <inheritdoc cref="IDeadlineGrain" />
/// <remarks>
/// One reminder brings the shard back after a restart or a fail-over, however many channels it watches; while it is
/// active, a timer is exact to the second, which a reminder, with Orleans' minimum of a minute, is not.
/// </remarks>
internal sealed partial class DeadlineGrain : Grain, IDeadlineGrain, IRemindable
{
    private const string ReminderName = "deadlines";

    /// <summary>Channels called before others get a turn: each call may wake a grain.</summary>
    private const int MaxCallsAtOnce = 256;

    /// <summary>A channel that was called and has not set another time is called again after so long.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(15);

    /// <summary>The timer looks at least so often; timers cannot be set for any time ahead.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private static readonly ulong LastSecond = (ulong)(DateTimeOffset.MaxValue - LongestSleep).ToUnixTimeSeconds();

    private readonly DeadlineLedger _ledger;
    private readonly DeadlineQueue _queue = new();
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly ILogger<DeadlineGrain> _logger;
    private IGrainTimer? _timer;
    private bool _hasReminder;

    /// <summary>Made by the runtime.</summary>
    public DeadlineGrain(
        IGrainContext context, IServiceProvider services, IOptions<GrainsOptions> options, GrainClock clock, ILogger<DeadlineGrain> logger)
    {
        var storage = services.GetRequiredKeyedService<IGrainStorage>(GrainsOptions.StorageName);
        _ledger = new DeadlineLedger(
            () => new StoredRecord<DeadlineHead>(storage, "deadlines", context.GrainId),
            page => new StoredRecord<DeadlinePage>(storage, $"deadlines-{page}", context.GrainId),
            DeactivateOnIdle);
        _options = options.Value;
        _clock = clock;
        _logger = logger;
    }

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _ledger.LoadAsync();
        foreach ((ChannelId channel, ulong dueAtSeconds) in _ledger.All)
        {
            _queue.Set(channel, TimeOf(dueAtSeconds));
        }

        _timer = this.RegisterGrainTimer(
            CallDueChannels,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Schedule();
    }

    /// <inheritdoc />
    public async Task Set(ChannelId channel, ulong? dueAtSeconds)
    {
        if (dueAtSeconds is not null && !_hasReminder)
        {
            // First the reminder: a deadline without one would be forgotten with this activation.
            await this.RegisterOrUpdateReminder(ReminderName, _options.DeadlineReminderPeriod, _options.DeadlineReminderPeriod);
            _hasReminder = true;
        }

        bool wasSet = _ledger.Holds(channel);
        await _ledger.SetAsync(channel, dueAtSeconds);
        _queue.Set(channel, dueAtSeconds is { } due ? TimeOf(due) : null);
        Schedule();
        if (dueAtSeconds is null && wasSet)
        {
            // This message may be older than the one that set the time, and have come late: a channel that still waits for
            // a time sets it again when it is called.
            await GrainFactory.Channel(channel).DeadlineReached();
        }
    }

    /// <inheritdoc />
    public Task<int> Count() => Task.FromResult(_ledger.Count);

    /// <inheritdoc />
    public Task<ulong?> Next() => Task.FromResult(_queue.Next is { } next ? (ulong?)next.ToUnixTimeSeconds() : null);

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _hasReminder = true;
        await _ledger.ConfirmOwnAsync();
        if (_ledger.Count > 0)
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
        foreach (ChannelId channel in _queue.Due(now, MaxCallsAtOnce))
        {
            _queue.Set(channel, now + RepeatAfter);
            try
            {
                // One way, so it only waits for the message to leave: the channel may be waiting for this shard.
                await GrainFactory.Channel(channel).DeadlineReached();
            }
#pragma warning disable CA1031 // One channel that cannot be called must not keep the shard from the others.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogCallFailed(_logger, channel, fault.Message);
            }
        }

        Schedule();
    }

    // A lying endpoint can name any time; one that no calendar holds must not end the shard with all its channels.
    private static DateTimeOffset TimeOf(ulong seconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, LastSecond));

    private void Schedule()
    {
        if (_queue.Next is not { } next)
        {
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        TimeSpan sleep = next - _clock.UtcNow;
        sleep = sleep < TimeSpan.Zero ? TimeSpan.Zero : sleep > LongestSleep ? LongestSleep : sleep;
        _timer!.Change(sleep, Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(1, LogLevel.Warning, "Channel {Channel} could not be called at its deadline and is called again: {Error}")]
    private static partial void LogCallFailed(ILogger logger, ChannelId channel, string error);
}
