using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime;
using Orleans.Timers;
using StandIns.OrleansRuntime;

namespace Orleans.Hosting
{
    public static class SiloBuilderReminderExtensions
    {
        public static ISiloBuilder AddReminders(this ISiloBuilder builder)
        {
            builder.Services.AddReminders();
            return builder;
        }

        public static void AddReminders(this IServiceCollection services)
        {
            if (services.Any(service => service.ServiceType == typeof(ReminderService)))
            {
                return;
            }

            services.AddSingleton<ReminderService>();
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<ReminderService>());
            services.AddSingleton<IReminderRegistry>(provider => provider.GetRequiredService<ReminderService>());
        }
    }

    public static class SiloBuilderReminderMemoryExtensions
    {
        public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
        {
            builder.AddReminders();
            builder.Services.TryAddSingleton<IReminderTable, MemoryReminderTable>();
            return builder;
        }
    }
}

namespace StandIns.OrleansRuntime
{
    /// <summary>Reminders in the memory of the cluster, for tests and development.</summary>
    internal sealed class MemoryReminderTable(ClusterLink link) : Orleans.IReminderTable
    {
        private readonly ConcurrentDictionary<(GrainId GrainId, string Name), Orleans.ReminderEntry> _rows =
            (ConcurrentDictionary<(GrainId, string), Orleans.ReminderEntry>)link.Cluster.Memory.GetOrAdd(
                nameof(MemoryReminderTable), static _ => new ConcurrentDictionary<(GrainId, string), Orleans.ReminderEntry>());

        public Task<Orleans.ReminderTableData> ReadRows(GrainId grainId) =>
            Task.FromResult(new Orleans.ReminderTableData(_rows.Values.Where(row => row.GrainId == grainId).Select(Copy)));

        public Task<Orleans.ReminderTableData> ReadRows(uint begin, uint end) =>
            Task.FromResult(new Orleans.ReminderTableData(_rows.Values.Where(row => ReminderService.InRange(row.GrainId, begin, end)).Select(Copy)));

        public Task<Orleans.ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
            Task.FromResult(_rows.TryGetValue((grainId, reminderName), out Orleans.ReminderEntry? row) ? Copy(row) : null);

        public Task<string?> UpsertRow(Orleans.ReminderEntry entry)
        {
            Orleans.ReminderEntry row = Copy(entry);
            row.ETag = Guid.NewGuid().ToString();
            _rows[(row.GrainId, row.ReminderName)] = row;
            return Task.FromResult<string?>(row.ETag);
        }

        public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => Task.FromResult(
            _rows.TryGetValue((grainId, reminderName), out Orleans.ReminderEntry? row)
            && row.ETag == eTag
            && _rows.TryRemove(new KeyValuePair<(GrainId, string), Orleans.ReminderEntry>((grainId, reminderName), row)));

        public Task TestOnlyClearTable()
        {
            _rows.Clear();
            return Task.CompletedTask;
        }

        private static Orleans.ReminderEntry Copy(Orleans.ReminderEntry row) => new()
        {
            GrainId = row.GrainId,
            ReminderName = row.ReminderName,
            StartAt = row.StartAt,
            Period = row.Period,
            ETag = row.ETag,
        };
    }
}
