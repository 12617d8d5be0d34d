using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using StandIns.OrleansRuntime;

namespace Orleans.StandIn.Tests;

public sealed class StorageTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(2)
        .ConfigureSilo((_, silo) => silo.AddMemoryGrainStorage("main"))
        .Build();

    private readonly string _key = Guid.NewGuid().ToString("N");

    private IStateful Grain => _cluster.Client.GetGrain<IStateful>(_key);

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task State_IsReadBeforeActivationAndSurvivesIt()
    {
        Assert.False(await Grain.Exists());
        await Grain.Put(7);
        await _cluster.DeactivateAsync(Grain);
        Assert.Equal(7, await Grain.Coins());
        Assert.True(await Grain.Exists());
        Assert.Equal(["activate:0", "deactivate:ApplicationRequested", "activate:7"], Gates.Log(_key));
    }

    [Fact]
    public async Task State_NotWritten_IsLostWithTheActivation()
    {
        string? before = await Grain.Etag();
        await Grain.Put(1);
        Assert.NotEqual(before, await Grain.Etag());
        string? after = await Grain.Etag();
        await Grain.Put(2);
        Assert.NotEqual(after, await Grain.Etag());
    }

    [Fact]
    public async Task Clear_RemovesTheRecord()
    {
        await Grain.Put(7);
        await Grain.Clear();
        Assert.Equal(0, await Grain.Coins());
        Assert.False(await Grain.Exists());
        await Grain.Put(3);
        Assert.Equal(3, await Grain.Coins());
    }

    [Fact]
    public async Task Writes_AskedForAtOnce_DoNotConflict()
    {
        await Grain.PutTwiceAtOnce(4);
        Assert.Equal(4, await Grain.Coins());
    }

    [Fact]
    public async Task State_TouchedOffTheGrainsTurns_IsRefused() =>
        Assert.Contains("Activation access violation", await Grain.ReadStateOutsideTheGrain(), StringComparison.Ordinal);

    [Fact]
    public async Task Duplicate_BothWrite_TheSecondWriterGetsInconsistentStateAndItsActivationEnds()
    {
        (IStateful stale, IStateful current) = await Duplicate();
        await current.Put(10);
        await Assert.ThrowsAsync<InconsistentStateException>(() => stale.Put(20));
        await Waiting.Until(() => Gates.Log(_key).Contains("deactivate:ApplicationError"));
        Assert.Equal(10, await stale.Coins());
        Assert.Equal(10, await current.Coins());
    }

    [Fact]
    public async Task Duplicate_InconsistencyIsCaught_TheActivationLivesOn()
    {
        (IStateful stale, IStateful current) = await Duplicate();
        await current.Put(10);
        Assert.False(await stale.TryPut(20));
        Assert.Equal(20, await stale.Coins());
        Assert.DoesNotContain("deactivate:ApplicationError", Gates.Log(_key));
    }

    [Fact]
    public async Task GrainOfState_KeepsItsState()
    {
        IOldStyle grain = _cluster.Client.GetGrain<IOldStyle>(Random.Shared.NextInt64());
        await grain.Add(2);
        await _cluster.DeactivateAsync(grain);
        Assert.Equal(5, await grain.Add(3));
    }

    [Fact]
    public async Task Provider_NotRegistered_IsRefusedOnActivation()
    {
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => _cluster.Client.GetGrain<IUnprovided>(_key).Nothing());
        Assert.IsType<BadProviderConfigException>(thrown.GetBaseException());
    }

    [Fact]
    public async Task Storage_Throws_GrainSeesAnOrleansException()
    {
        await using InProcessTestCluster broken = new InProcessTestClusterBuilder(1)
            .ConfigureSilo((_, silo) => Runtime.Hosting.StorageProviderExtensions.AddGrainStorage(silo.Services, "main", (_, _) => new BrokenStorage()))
            .Build();
        await broken.DeployAsync();
        OrleansException thrown = await Assert.ThrowsAsync<OrleansException>(() => broken.Client.GetGrain<IStateful>(_key).Put(1));
        Assert.IsType<IOException>(thrown.InnerException);
        Assert.True(BrokenStorage.Started);
    }

    private async Task<(IStateful Stale, IStateful Current)> Duplicate()
    {
        await Grain.Put(1);
        string first = await Grain.Silo();
        InProcessSiloHandle home = _cluster.Silos.Single(silo => silo.Name == first);
        InProcessSiloHandle other = _cluster.Silos.Single(silo => silo.Name != first);
        DuplicateActivation.Inject(other.ServiceProvider, Grain);
        IStateful stale = home.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IStateful>(_key);
        Assert.Equal(first, await stale.Silo());
        Assert.Equal(other.Name, await Grain.Silo());
        return (stale, Grain);
    }

    private sealed class BrokenStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
    {
        public static bool Started { get; private set; }

        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<BrokenStorage>(ServiceLifecycleStage.RuntimeStorageServices, _ =>
        {
            Started = true;
            return Task.CompletedTask;
        });

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.State = Activator.CreateInstance<T>();
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new IOException("full");

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new IOException("full");
    }
}
