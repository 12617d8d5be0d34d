using Orleans.Hosting;
using Orleans.Storage;

namespace Tachyon.Grains.Tests.Storage;

/// <summary>Orleans' own storage in memory runs the suite too, which shows that the suite asks for nothing special.</summary>
public sealed class MemoryStorageTests : StorageConformance, IAsyncLifetime
{
    private StorageCluster? _cluster;

    protected override IGrainStorage Storage => _cluster!.Storage;

    public async Task InitializeAsync() => _cluster = await StorageCluster.Start(silo => silo.AddMemoryGrainStorage(StorageCluster.Name));

    public async Task DisposeAsync() => await _cluster!.DisposeAsync();
}
