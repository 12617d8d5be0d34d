using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using StackExchange.Redis;

namespace Tachyon.Grains.Tests.Storage;

/// <summary>Reminders on Redis, set up as a silo sets them up, where the build and the machine have it.</summary>
public sealed class RedisReminderTableTests : ReminderConformance, IOnRedis, IAsyncLifetime
{
    private RedisServer? _server;
    private StorageCluster? _cluster;

    private protected override IReminderTable Table => _cluster!.Reminders;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        string connection = _server.ConnectionString;
        _cluster = await StorageCluster.Start(silo => silo.UseRedisReminderService(
            (RedisReminderTableOptions options) => options.ConfigurationOptions = ConfigurationOptions.Parse(connection)));
    }

    public async Task DisposeAsync()
    {
        await _cluster!.DisposeAsync();
        await _server!.DisposeAsync();
    }
}
