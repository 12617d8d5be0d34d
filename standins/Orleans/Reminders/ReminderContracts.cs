using Orleans.Runtime;

namespace Orleans.Runtime
{
    public interface IGrainReminder
    {
        string ReminderName { get; }
    }

    /// <summary>When a reminder ticks: first, now, and how often.</summary>
    [GenerateSerializer, Immutable, Alias("Orleans.Runtime.TickStatus")]
    public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        [Id(0)]
        public DateTime FirstTickTime { get; } = firstTickTime;

        [Id(1)]
        public TimeSpan Period { get; } = period;

        [Id(2)]
        public DateTime CurrentTickTime { get; } = timeStamp;

        public override string ToString() => $"<{FirstTickTime}, {Period}, {CurrentTickTime}>";
    }

    [GenerateSerializer, Alias("Orleans.Runtime.ReminderException")]
    public sealed class ReminderException(string message) : OrleansException(message);
}

namespace Orleans
{
    /// <summary>A grain that reminders wake.</summary>
    [Alias("Orleans.IRemindable")]
    public interface IRemindable : IGrain
    {
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    /// <summary>Where reminders are kept. Rows of a grain lie in the range of its uniform hash.</summary>
    public interface IReminderTable
    {
        Task StartAsync(CancellationToken cancellationToken = default) => Init();

        [Obsolete("Implement and use StartAsync instead")]
        Task Init() => Task.CompletedTask;

        Task<ReminderTableData> ReadRows(GrainId grainId);

        /// <summary>Rows whose hash is above <paramref name="begin"/> and not above <paramref name="end"/>, around the ring; equal bounds mean all.</summary>
        Task<ReminderTableData> ReadRows(uint begin, uint end);

        Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName);

        /// <summary>Writes a row whatever was there, and returns its new etag.</summary>
        Task<string?> UpsertRow(ReminderEntry entry);

        /// <summary>Removes a row if its etag is still <paramref name="eTag"/>.</summary>
        Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);

        Task TestOnlyClearTable();

        Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }

    [GenerateSerializer, Alias("Orleans.ReminderTableData")]
    public sealed class ReminderTableData
    {
        public ReminderTableData() => Reminders = [];

        public ReminderTableData(ReminderEntry entry) => Reminders = [entry];

        public ReminderTableData(IEnumerable<ReminderEntry> list) => Reminders = [.. list];

        [Id(0)]
        public IList<ReminderEntry> Reminders { get; private set; }

        public override string ToString() => $"[{Reminders.Count} reminders: {string.Join(", ", Reminders)}.";
    }

    [GenerateSerializer, Alias("Orleans.ReminderEntry")]
    public sealed class ReminderEntry
    {
        [Id(0)]
        public GrainId GrainId { get; set; }

        [Id(1)]
        public string ReminderName { get; set; } = null!;

        [Id(2)]
        public DateTime StartAt { get; set; }

        [Id(3)]
        public TimeSpan Period { get; set; }

        [Id(4)]
        public string? ETag { get; set; }

        public override string ToString() => $"<GrainId={GrainId} ReminderName={ReminderName} Period={Period}>";
    }
}

namespace Orleans.Timers
{
    public interface IReminderRegistry
    {
        Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period);

        Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder);

        Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName);

        Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId);
    }
}

namespace Orleans.Hosting
{
    public sealed class ReminderOptions
    {
        public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

        public TimeSpan RefreshReminderListPeriod { get; set; } = TimeSpan.FromMinutes(5);

        public TimeSpan InitializationTimeout { get; set; } = TimeSpan.FromMinutes(5);
    }
}

namespace Orleans.Reminders
{
    public static class ReminderTimeProviderNames
    {
        public const string Reminders = "Orleans.Reminders";
    }
}
