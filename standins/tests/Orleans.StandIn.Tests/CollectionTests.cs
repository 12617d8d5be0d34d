using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class CollectionTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1)
        .ConfigureSilo((_, silo) => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(20);
            options.CollectionAge = TimeSpan.FromMilliseconds(100);
        }))
        .Build();

    private readonly string _key = Guid.NewGuid().ToString("N");

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task Idle_LongerThanTheAge_IsCollected_UnlessKeptAliveOrDelayed()
    {
        await Grain<LastingLifeGrain>(_key + "-lasting").Nothing();
        await Grain<LifeGrain>(_key + "-delayed").KeepFor(TimeSpan.FromHours(1));
        await Grain<LifeGrain>(_key).Nothing();
        await Waiting.Until(() => Gates.Log(_key).Contains("deactivate:ActivationIdle"));
        Assert.Equal(["activate"], Gates.Log(_key + "-lasting"));
        Assert.Equal(["activate"], Gates.Log(_key + "-delayed"));
        await Grain<LifeGrain>(_key + "-delayed").KeepFor(TimeSpan.Zero);
        await Waiting.Until(() => Gates.Log(_key + "-delayed").Contains("deactivate:ActivationIdle"));
    }

    [Fact]
    public async Task Idle_WithATimerThatDoesNotKeepAlive_IsCollected()
    {
        ITicking grain = _cluster.Client.GetGrain<ITicking>(_key);
        await grain.Start(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(50), false, false);
        await _cluster.WaitForDeactivationAsync(grain.GetGrainId()).WaitAsync(Waiting.Limit);
    }

    [Fact]
    public async Task CollectorsClock_FarAheadOfRealTime_RefusesActivations()
    {
        ManualTime time = new();
        await using InProcessTestCluster ahead = new InProcessTestClusterBuilder(1)
            .ConfigureSilo((_, silo) => silo.Services.AddSingleton<TimeProvider>(time))
            .Build();
        await ahead.DeployAsync();
        time.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<ArgumentException>(() => ahead.Client.GetGrain<ICounter>(_key).Add(1));
    }

    private ILife Grain<T>(string key) => _cluster.Client.GetGrain<ILife>(key, typeof(T).FullName);
}
