using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Tachyon.Grains.Storage;

/// <summary>Registers SQLite storage on a silo.</summary>
public static class SqliteStorageHostingExtensions
{
    /// <summary>Adds a grain storage of the given name in a SQLite file.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The storage's name, as grains ask for it.</param>
    /// <param name="configure">Sets the options; at least the path.</param>
    public static ISiloBuilder AddSqliteGrainStorage(this ISiloBuilder builder, string name, Action<SqliteGrainStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services =>
        {
            services.AddOptions<SqliteGrainStorageOptions>(name).Configure(configure);
            services.AddSingleton<IConfigurationValidator>(provider => new SqliteGrainStorageOptionsValidator(
                name, provider.GetRequiredService<IOptionsMonitor<SqliteGrainStorageOptions>>().Get(name)));
            services.AddGrainStorage(name, Create);
            services.AddKeyedSingleton<IGrainRecordPages>(
                name, (provider, _) => (IGrainRecordPages)provider.GetRequiredKeyedService<IGrainStorage>(name));
        });
    }

    /// <summary>Keeps the silo's reminders in a SQLite file, which may be that of a grain storage.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets the options; at least the path.</param>
    public static ISiloBuilder UseSqliteReminders(this ISiloBuilder builder, Action<SqliteReminderOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddReminders().ConfigureServices(services =>
        {
            services.AddOptions<SqliteReminderOptions>().Configure(configure);
            services.AddSingleton<IConfigurationValidator>(provider =>
            {
                SqliteReminderOptions options = provider.GetRequiredService<IOptions<SqliteReminderOptions>>().Value;
                return new SqliteGrainStorageOptionsValidator("reminders", new SqliteGrainStorageOptions { Path = options.Path, BusyTimeout = options.BusyTimeout });
            });
            services.AddSingleton<IReminderTable, SqliteReminderTable>();
        });
    }

    private static SqliteGrainStorage Create(IServiceProvider services, string name)
    {
        SqliteGrainStorageOptions options = services.GetRequiredService<IOptionsMonitor<SqliteGrainStorageOptions>>().Get(name);
        IGrainStorageSerializer serializer = options.Serializer
            ?? new VersionedGrainStorageSerializer(services.GetRequiredService<Serializer>());
        return new SqliteGrainStorage(name, options, serializer);
    }
}
