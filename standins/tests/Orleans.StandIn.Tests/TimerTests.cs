using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class TimerTests : IAsyncLifetime
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly InProcessTestCluster _cluster;
    private readonly string _key = Guid.NewGuid().ToString("N");

    public TimerTests() => _cluster = new InProcessTestClusterBuilder(1)
        .ConfigureSilo((_, silo) => silo.Services.AddKeyedSingleton<TimeProvider>(Runtime.TimeProviderNames.Grains, _time))
        .Build();

    private ITicking Grain => _cluster.Client.GetGrain<ITicking>(_key);

    private int Ticks => Gates.Log(_key).Count(entry => entry == "tick");

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task Timer_TicksWhenDueAndThenEveryPeriod()
    {
        await Grain.Start(2 * s_second, s_second, false, false);
        _time.Advance(s_second);
        Assert.Equal(0, Ticks);
        await TickTo(1);
        await TickTo(2);
        await TickTo(3);
    }

    [Fact]
    public async Task Timer_DuringARequest_WaitsForItsTurn()
    {
        await Grain.Start(s_second, s_second, false, false);
        Task held = Grain.Hold(_key);
        await Waiting.Until(() => Gates.Log(_key).Contains("hold"));
        _time.Advance(10 * s_second);
        Gates.Gate(_key).SetResult();
        await held;
        await Waiting.Until(() => Ticks == 1);
        Assert.Equal(["hold", "release", "tick"], Gates.Log(_key));
    }

    [Fact]
    public async Task Timer_Interleaving_TicksDuringARequest()
    {
        await Grain.Start(s_second, s_second, true, false);
        Task held = Grain.Hold(_key);
        await Waiting.Until(() => Gates.Log(_key).Contains("hold"));
        await TickTo(1);
        Assert.False(held.IsCompleted);
        Gates.Gate(_key).SetResult();
        await held;
    }

    [Fact]
    public async Task Timer_Changed_FollowsTheNewTimes()
    {
        await Grain.Start(s_second, Timeout.InfiniteTimeSpan, false, false);
        await TickTo(1);
        _time.Advance(100 * s_second);
        await Grain.Change(s_second, s_second);
        await TickTo(2);
        await TickTo(3);
    }

    [Fact]
    public async Task Timer_Disposed_TicksNoMore()
    {
        await Grain.Start(s_second, s_second, false, false);
        await TickTo(1);
        await Grain.Stop();
        _time.Advance(10 * s_second);
        await Grain.Change(s_second, s_second);
        _time.Advance(10 * s_second);
        await Grain.Start(100 * s_second, s_second, false, false);
        Assert.Equal(1, Ticks);
    }

    [Fact]
    public async Task Timer_CallbackThrows_GoesOnTicking()
    {
        await Grain.StartThrowing();
        await TickTo(1);
        await TickTo(2);
    }

    // The next tick is armed at the end of the last, which a test cannot see: move the clock until it came.
    private Task TickTo(int count) => Waiting.Until(() =>
    {
        if (Ticks < count)
        {
            _time.Advance(s_second);
        }

        return Ticks >= count;
    });
}
