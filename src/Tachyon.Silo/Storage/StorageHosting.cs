using System.Net;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.Persistence;
using Orleans.Serialization;
using Tachyon.Grains;
using Tachyon.Grains.Storage;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Health;

namespace Tachyon.Silo.Storage;

/// <summary>Gives a silo its storage, its reminders and its neighbours, as the settings choose.</summary>
internal static class StorageHosting
{
    public const string DatabaseFile = "silo.db";

    /// <summary>
    /// A silo that starts waits so long for every silo that the table calls active. After a crash of all of them nobody has
    /// taken the dead ones off; whoever starts later than 90 s after it finds that they are stale and does so itself, so
    /// this is a little longer, and the next start succeeds.
    /// </summary>
    private static readonly TimeSpan JoinTime = TimeSpan.FromMinutes(2);

    /// <summary>Adds the grain storage and the reminders.</summary>
    public static ISiloBuilder AddStorage(this ISiloBuilder silo, SiloSettings settings)
    {
        if (settings.Storage.Provider == StorageProvider.Redis)
        {
            return silo.AddRedis(settings.Storage.RedisConnectionFile, settings.Cluster.ClusterId);
        }

        var database = Path.Combine(settings.DataDirectory, DatabaseFile);
        return silo
            .AddSqliteGrainStorage(GrainsOptions.StorageName, storage => storage.Path = database)
            .UseSqliteReminders(reminders => reminders.Path = database);
    }

    /// <summary>Adds the membership of a cluster, and the ports between silos.</summary>
    public static ISiloBuilder AddClustering(this ISiloBuilder silo, SiloSettings settings)
    {
        var cluster = settings.Cluster;
        if (cluster.Provider == ClusterProvider.Localhost)
        {
            return silo.UseLocalhostClustering(cluster.SiloPort, cluster.ClientPort, serviceId: cluster.ClusterId, clusterId: cluster.ClusterId);
        }

        return silo
            .Configure<ClusterOptions>(options => options.ServiceId = options.ClusterId = cluster.ClusterId)
            .Configure<ClusterMembershipOptions>(options => options.MaxJoinAttemptTime = JoinTime)
            .Configure<EndpointOptions>(options =>
            {
                var listen = cluster.ListenAnywhere ? IPAddress.Any : cluster.Address;
                options.AdvertisedIPAddress = cluster.Address;
                options.SiloPort = cluster.SiloPort;
                options.GatewayPort = cluster.ClientPort;
                options.SiloListeningEndpoint = new IPEndPoint(listen, cluster.SiloPort);
                options.GatewayListeningEndpoint = new IPEndPoint(listen, cluster.ClientPort);
            })
            .UseRedisClustering((RedisClusteringOptions options) =>
                options.ConfigurationOptions = RedisConnection.Parse(settings.Storage.RedisConnectionFile));
    }

    /// <summary>What asks the storage again and again whether it keeps what it acknowledges.</summary>
    public static DurabilityWatch WatchOf(StorageSettings settings, TimeProvider time) => new(
        settings.Provider != StorageProvider.Redis || settings.AllowUndurableRedis
            ? () => Task.FromResult<IReadOnlyList<string>>([])
            : async () =>
            {
                var faults = new List<SettingFault>();
                await RedisServerCheck.CheckAsync(settings, RedisConnection.Parse(settings.RedisConnectionFile), faults);
                return [.. faults.Select(fault => fault.Reason)];
            },
        time);

    private static ISiloBuilder AddRedis(this ISiloBuilder silo, string connectionFile, string clusterId) => silo
        .ConfigureServices(services => services.AddKeyedSingleton<IGrainRecordPages>(GrainsOptions.StorageName, (provider, _) => new RedisRecordPages(
            RedisConnection.Parse(connectionFile),
            clusterId,
            new VersionedGrainStorageSerializer(provider.GetRequiredService<Serializer>()))))
        .AddRedisGrainStorage(GrainsOptions.StorageName, storage => storage.Configure<Serializer>((RedisStorageOptions options, Serializer serializer) =>
        {
            options.ConfigurationOptions = RedisConnection.Parse(connectionFile);
            options.DeleteStateOnClear = true;
            options.GrainStorageSerializer = new VersionedGrainStorageSerializer(serializer);
        }))
        .UseRedisReminderService((RedisReminderTableOptions options) => options.ConfigurationOptions = RedisConnection.Parse(connectionFile));
}
