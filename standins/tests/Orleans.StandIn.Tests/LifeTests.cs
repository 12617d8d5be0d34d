using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class LifeTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1).Build();
    private readonly string _key = Guid.NewGuid().ToString("N");

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task DeactivateOnIdle_EndsTheActivationAndTheNextCallMakesANewOne()
    {
        ILife grain = Grain<LifeGrain>(_key);
        await grain.Nothing();
        Task ended = _cluster.WaitForDeactivationAsync(grain.GetGrainId());
        await grain.End();
        await ended.WaitAsync(Waiting.Limit);
        await grain.Nothing();
        Assert.Equal(["activate", "deactivate:ApplicationRequested", "activate"], Gates.Log(_key));
    }

    [Fact]
    public async Task Call_WhileDeactivating_WaitsForTheNextActivation()
    {
        string key = "slow" + _key;
        ILife grain = Grain<LifeGrain>(key);
        await grain.End();
        Task call = grain.Nothing();
        Assert.False(call.IsCompleted);
        Gates.Gate(key + "-deactivating").SetResult();
        await call.WaitAsync(Waiting.Limit);
        Assert.Equal(["activate", "deactivate:ApplicationRequested", "activate"], Gates.Log(key));
    }

    [Fact]
    public async Task OnActivateAsync_Throws_CallerGetsItAndTheNextCallTriesAgain()
    {
        string key = "refuses" + _key;
        CounterException thrown = await Assert.ThrowsAsync<CounterException>(() => Grain<LifeGrain>(key).Nothing());
        Assert.Equal(3, thrown.Code);
        await Assert.ThrowsAsync<CounterException>(() => Grain<LifeGrain>(key).Nothing());
        Assert.Equal(["activate", "activate"], Gates.Log(key));
    }

    [Fact]
    public async Task StopAllSilos_DeactivatesEveryGrain()
    {
        await Grain<LifeGrain>(_key).Nothing();
        await Grain<LastingLifeGrain>(_key + "2").Nothing();
        await _cluster.StopAllSilosAsync();
        Assert.Equal(["activate", "deactivate:ShuttingDown"], Gates.Log(_key));
        Assert.Equal(["activate", "deactivate:ShuttingDown"], Gates.Log(_key + "2"));
    }

    private ILife Grain<T>(string key) => _cluster.Client.GetGrain<ILife>(key, typeof(T).FullName);
}
