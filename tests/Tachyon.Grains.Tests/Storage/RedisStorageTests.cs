using Orleans.Hosting;
using Orleans.Persistence;
using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Tests.Storage;

/// <summary>Redis, set up as a silo sets it up, where the build and the machine have it.</summary>
public sealed class RedisStorageTests : StorageConformance, IOnRedis, IAsyncLifetime
{
    private RedisServer? _server;
    private StorageCluster? _cluster;

    protected override IGrainStorage Storage => _cluster!.Storage;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        string connection = _server.ConnectionString;
        _cluster = await StorageCluster.Start(silo => silo.AddRedisGrainStorage(
            StorageCluster.Name,
            builder => builder.Configure((RedisStorageOptions options, Serializer serializer) =>
            {
                options.ConfigurationOptions = ConfigurationOptions.Parse(connection);
                options.DeleteStateOnClear = true;
                options.GrainStorageSerializer = new VersionedGrainStorageSerializer(serializer);
            })));
    }

    public async Task DisposeAsync()
    {
        await _cluster!.DisposeAsync();
        await _server!.DisposeAsync();
    }
}
