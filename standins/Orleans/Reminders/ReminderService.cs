using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.Timers;

namespace StandIns.OrleansRuntime;

/// <summary>Ticks the reminders whose grains fall into this silo's part of the ring, and registers new ones with their owner.</summary>
internal sealed partial class ReminderService(
    SiloNode silo,
    IServiceProvider services,
    IOptions<ReminderOptions> options,
    [FromKeyedServices(ReminderTimeProviderNames.Reminders)] TimeProvider clock,
    ILogger<ReminderService> logger) : IReminderRegistry, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly Dictionary<(GrainId GrainId, string Name), LocalReminder> _local = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _refreshing = new(1);
    private ITimer? _refreshTimer;
    private Task _lastRefresh = Task.CompletedTask;

    public TimeProvider Clock => clock;

    public ILogger Logger => logger;

    public SiloNode Silo => silo;

    private IReminderTable Table => services.GetService<IReminderTable>() ?? throw new OrleansConfigurationException(
        "The reminder service has not been configured. Reminders can be configured using extension methods such as ISiloBuilder.UseInMemoryReminderService(...)");

    public static bool InRange(GrainId grainId, uint begin, uint end)
    {
        uint hash = grainId.GetUniformHashCode();
        return begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
    }

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe<ReminderService>(ServiceLifecycleStage.RuntimeGrainServices, StartTable, _ => Table.StopAsync(CancellationToken.None));
        lifecycle.Subscribe<ReminderService>(ServiceLifecycleStage.Active, _ => Start(), _ => Stop());
    }

    public async Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"Cannot register reminder {reminderName} as requested period ({period}) is less than minimum allowed reminder period ({options.Value.MinimumReminderPeriod})");
        }

        EnsureInGrain(reminderName);
        ReminderEntry entry = new()
        {
            GrainId = callingGrainId,
            ReminderName = reminderName,
            StartAt = clock.GetUtcNow().UtcDateTime.Add(dueTime),
            Period = period,
        };
        entry.ETag = await Table.UpsertRow(entry)
            ?? throw new ReminderException($"Could not register reminder {entry} to reminder table due to a race. Please try again later.");
        Owner(callingGrainId)?.Set(entry);
        return new Reminder(entry.GrainId, reminderName, entry.ETag);
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        Reminder known = (Reminder)reminder;
        EnsureInGrain(known.ReminderName);
        if (!await Table.RemoveRow(known.GrainId, known.ReminderName, known.ETag) && await Table.ReadRow(known.GrainId, known.ReminderName) is not null)
        {
            throw new ReminderException($"Could not unregister reminder {reminder} from the reminder table, due to tag mismatch. You can retry.");
        }

        Owner(callingGrainId)?.Remove((known.GrainId, known.ReminderName));
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        EnsureInGrain(reminderName);
        return await Table.ReadRow(callingGrainId, reminderName) is { } row ? new Reminder(row.GrainId, row.ReminderName, row.ETag!) : null;
    }

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId)
    {
        EnsureInGrain("all");
        return [.. (await Table.ReadRows(callingGrainId)).Reminders.Select(row => new Reminder(row.GrainId, row.ReminderName, row.ETag!))];
    }

    private static void EnsureInGrain(string reminderName)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        if (RuntimeContext.Current is null)
        {
            throw new InvalidOperationException("Attempted to access grain from a non-grain context, such as a background thread, which is invalid."
                + " Ensure that you are only accessing grain functionality from within the context of a grain.");
        }
    }

    private async Task StartTable(CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(options.Value.InitializationTimeout);
        await Table.StartAsync(timeout.Token);
    }

    private async Task Start()
    {
        silo.Cluster.MembershipChanged += RefreshSoon;
        TimeSpan period = options.Value.RefreshReminderListPeriod;
        _refreshTimer = clock.CreateTimer(static self => ((ReminderService)self!).RefreshSoon(), this, period, period);
        await Refresh();
    }

    private async Task Stop()
    {
        silo.Cluster.MembershipChanged -= RefreshSoon;
        _refreshTimer?.Dispose();
        await _stopping.CancelAsync();
        LocalReminder[] reminders;
        lock (_local)
        {
            reminders = [.. _local.Values];
            _local.Clear();
        }

        foreach (LocalReminder reminder in reminders)
        {
            reminder.Dispose();
        }

        await _lastRefresh;
        await Task.WhenAll(reminders.Select(reminder => reminder.Completion));
    }

    private void RefreshSoon()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _lastRefresh = Task.Run(Refresh);
        }
    }

    private async Task Refresh()
    {
        try
        {
            await _refreshing.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            (uint begin, uint end) = Range();
            ReminderEntry[] rows = [.. (await Table.ReadRows(begin, end)).Reminders];
            foreach (ReminderEntry row in rows)
            {
                Set(row);
            }

            HashSet<(GrainId, string)> present = [.. rows.Select(row => (row.GrainId, row.ReminderName))];
            (GrainId GrainId, string Name)[] gone;
            lock (_local)
            {
                gone = [.. _local.Keys.Where(key => !present.Contains(key))];
            }

            foreach ((GrainId GrainId, string Name) key in gone)
            {
                // A row written after the read is not gone: its grain has just registered it.
                if (!InRange(key.GrainId, begin, end) || await Table.ReadRow(key.GrainId, key.Name) is null)
                {
                    Remove(key);
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogRefreshFailed(exception);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private void Set(ReminderEntry entry)
    {
        lock (_local)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            if (_local.TryGetValue((entry.GrainId, entry.ReminderName), out LocalReminder? known))
            {
                if (known.Entry.ETag == entry.ETag)
                {
                    return;
                }

                known.Dispose();
            }

            _local[(entry.GrainId, entry.ReminderName)] = new LocalReminder(this, entry);
        }
    }

    private void Remove((GrainId GrainId, string Name) key)
    {
        lock (_local)
        {
            if (_local.Remove(key, out LocalReminder? reminder))
            {
                reminder.Dispose();
            }
        }
    }

    private ReminderService? Owner(GrainId grainId) => silo.Cluster.ActiveSilos
        .Select(each => each.Services.GetService<ReminderService>())
        .FirstOrDefault(each => each is not null && each.Owns(grainId));

    private bool Owns(GrainId grainId)
    {
        (uint begin, uint end) = Range();
        return InRange(grainId, begin, end);
    }

    /// <summary>From the hash of the silo before this one on the ring to this one's; equal bounds when alone.</summary>
    private (uint Begin, uint End) Range()
    {
        uint own = unchecked((uint)silo.Address.GetConsistentHashCode());
        uint[] hashes = [.. silo.Cluster.ActiveSilos.Select(each => unchecked((uint)each.Address.GetConsistentHashCode())).Append(own).Distinct().Order()];
        return hashes.Length == 1 ? (0, 0) : (hashes[(Array.IndexOf(hashes, own) + hashes.Length - 1) % hashes.Length], own);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not read the reminder table; trying again after the refresh period")]
    private partial void LogRefreshFailed(Exception exception);

    [GenerateSerializer, Immutable, Alias("StandIns.OrleansRuntime.Reminder")]
    internal sealed class Reminder(GrainId grainId, string reminderName, string eTag) : IGrainReminder
    {
        [Id(0)]
        public GrainId GrainId { get; } = grainId;

        [Id(1)]
        public string ReminderName { get; } = reminderName;

        [Id(2)]
        public string ETag { get; } = eTag;

        public override string ToString() => $"<IOrleansReminder: GrainId={GrainId} ReminderName={ReminderName} ETag={ETag}>";
    }
}
