using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Tachyon.Grains.Tests.Storage;

/// <summary>A silo that has a storage of the name "storage", or a table of reminders, and nothing else.</summary>
internal sealed class StorageCluster : IAsyncDisposable
{
    public const string Name = "storage";

    private readonly InProcessTestCluster _cluster;

    private StorageCluster(Action<ISiloBuilder> configure)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => configure(silo));
        _cluster = builder.Build();
    }

    public IGrainStorage Storage => _cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>(Name);

    public Serializer Serializer => _cluster.GetSiloServiceProvider().GetRequiredService<Serializer>();

    public IReminderTable Reminders => _cluster.GetSiloServiceProvider().GetRequiredService<IReminderTable>();

    public static async Task<StorageCluster> Start(Action<ISiloBuilder> configure)
    {
        var cluster = new StorageCluster(configure);
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
