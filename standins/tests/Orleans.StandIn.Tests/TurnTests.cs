using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class TurnTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1).Build();
    private readonly string _key = Guid.NewGuid().ToString("N");

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task Call_WhileAnotherAwaits_WaitsForItsEnd()
    {
        ITurns grain = Grain<TurnsGrain>();
        Task held = grain.Hold(_key);
        await Started("hold-start");
        Task quick = grain.Quick();
        Assert.False(quick.IsCompleted);
        Gates.Gate(_key).SetResult();
        await Task.WhenAll(held, quick);
        Assert.Equal(["hold-start", "hold-end", "quick"], Gates.Log(_key));
    }

    [Fact]
    public async Task AlwaysInterleave_WhileAnotherAwaits_RunsAtOnce()
    {
        ITurns grain = Grain<TurnsGrain>();
        Task held = grain.Hold(_key);
        await Started("hold-start");
        await grain.Interleaved();
        Assert.False(held.IsCompleted);
        Gates.Gate(_key).SetResult();
        await held;
    }

    [Fact]
    public async Task ReadOnly_WhileAReadAwaits_RunsAtOnceButWritesWait()
    {
        ITurns grain = Grain<TurnsGrain>();
        Task held = grain.ReadHold(_key);
        await Started("read-start");
        Task write = grain.Quick();
        await grain.ReadQuick();
        Assert.False(write.IsCompleted);
        Gates.Gate(_key).SetResult();
        await Task.WhenAll(held, write);
        Assert.Equal(["read-start", "read-quick", "read-end", "quick"], Gates.Log(_key));
    }

    [Fact]
    public async Task Reentrant_WhileACallAwaits_RunsOthers()
    {
        ITurns grain = Grain<ReentrantTurnsGrain>();
        Task held = grain.Hold(_key);
        await Started("hold-start");
        await grain.Quick();
        Gates.Gate(_key).SetResult();
        await held;
    }

    [Fact]
    public async Task MayInterleave_PredicateAllows_RunsOnlyWhatItAllows()
    {
        ITurns grain = Grain<PickyTurnsGrain>();
        Task held = grain.Hold(_key);
        await Started("hold-start");
        Task refused = grain.ReadQuick();
        await grain.Quick();
        Assert.False(refused.IsCompleted);
        Gates.Gate(_key).SetResult();
        await Task.WhenAll(held, refused);
    }

    [Fact]
    public async Task CallCycle_OfAReentrantGrain_Completes()
    {
        ITurns grain = Grain<ReentrantTurnsGrain>();
        await grain.CallBackThrough(_key + "-other").WaitAsync(Waiting.Limit);
    }

    [Fact]
    public async Task CallCycle_WithinAllowedChain_Completes() =>
        await Grain<TurnsGrain>().CallBackAllowed(_key + "-other").WaitAsync(Waiting.Limit);

    [Fact]
    public async Task OneWay_ReturnsBeforeTheGrainRunsAndHidesWhatItThrows()
    {
        await Grain<TurnsGrain>().Tell(_key).WaitAsync(Waiting.Limit);
        Assert.Empty(Gates.Log(_key));
        Gates.Gate(_key).SetResult();
        await Started("told");
    }

    [Fact]
    public async Task Turns_OfOneActivation_NeverRunAtOnce() => Assert.Equal(800, await Grain<TurnsGrain>().CountInParallel(8));

    [Fact]
    public async Task Await_InsideAGrain_ComesBackToItsScheduler() => Assert.True(await Grain<TurnsGrain>().LeaveAndComeBack());

    private ITurns Grain<T>() => _cluster.Client.GetGrain<ITurns>(_key, typeof(T).FullName);

    private Task Started(string what) => Waiting.Until(() => Gates.Log(_key).Contains(what));
}
