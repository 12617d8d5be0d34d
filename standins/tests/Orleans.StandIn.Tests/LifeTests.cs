using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class LifeTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly InProcessTestCluster _cluster;
    private readonly string _key = Guid.NewGuid().ToString("N");

    public LifeTests() => _cluster = new InProcessTestClusterBuilder(1)
        .ConfigureSilo((_, silo) => silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.ActivationManagement, _time))
        .Build();

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task DeactivateOnIdle_EndsTheActivationAndTheNextCallMakesANewOne()
    {
        ILife grain = Grain<LifeGrain>(_key);
        await grain.Nothing();
        Task ended = _cluster.WaitForDeactivationAsync(grain.GetGrainId());
        await grain.End();
        await ended.WaitAsync(TimeSpan.FromSeconds(10));
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
        await call.WaitAsync(TimeSpan.FromSeconds(10));
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
    public async Task Idle_LongerThanTheAge_IsCollected()
    {
        ILife grain = Grain<LifeGrain>(_key);
        await grain.Nothing();
        Task ended = _cluster.WaitForDeactivationAsync(grain.GetGrainId());
        _time.Advance(TimeSpan.FromMinutes(14));
        Assert.False(ended.IsCompleted);
        await Collected(ended);
        Assert.Contains("deactivate:ActivationIdle", Gates.Log(_key));
    }

    [Fact]
    public async Task Idle_WithDelayDeactivation_StaysUntilTheDelayIsOver()
    {
        ILife grain = Grain<LifeGrain>(_key);
        await grain.KeepFor(TimeSpan.FromHours(1));
        Task ended = _cluster.WaitForDeactivationAsync(grain.GetGrainId());
        _time.Advance(TimeSpan.FromMinutes(50));
        Assert.False(ended.IsCompleted);
        await Collected(ended);
    }

    [Fact]
    public async Task Idle_KeepAlive_IsNeverCollected()
    {
        ILife grain = Grain<LastingLifeGrain>(_key);
        await grain.Nothing();
        Task ended = _cluster.WaitForDeactivationAsync(grain.GetGrainId());
        _time.Advance(TimeSpan.FromDays(10));
        Assert.False(ended.IsCompleted);
        Assert.Equal(["activate"], Gates.Log(_key));
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

    // A collection that meets the last request's very end passes the activation over, so it may take one more.
    private Task Collected(Task ended) => Waiting.Until(() =>
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        return ended.IsCompleted;
    });

    private ILife Grain<T>(string key) => _cluster.Client.GetGrain<ILife>(key, typeof(T).FullName);
}
