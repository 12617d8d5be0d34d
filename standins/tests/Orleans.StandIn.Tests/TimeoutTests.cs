using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class TimeoutTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1)
        .ConfigureSilo((_, silo) => silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromMilliseconds(300)))
        .ConfigureClient(client => client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(30)))
        .Build();

    private readonly string _key = Guid.NewGuid().ToString("N");

    private ITurns Grain => _cluster.Client.GetGrain<ITurns>(_key, typeof(TurnsGrain).FullName);

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task CallCycle_BetweenTwoGrains_TimesOut()
    {
        TimeoutException thrown = await Assert.ThrowsAsync<TimeoutException>(() => Grain.CallBackThrough(_key + "-other"));
        Assert.Contains("Response did not arrive on time", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_LongerThanTheMethodsOwnTimeout_TimesOutForACallerWithALongOne() =>
        await Assert.ThrowsAsync<TimeoutException>(() => Grain.CallBackImpatiently(_key + "-other"));

    [Fact]
    public async Task Call_TimedOut_GoesOnRunningAndBlocksTheGrain()
    {
        Task held = Grain.CallBackImpatientlyOn(_key);
        await Assert.ThrowsAsync<TimeoutException>(() => held);
        Task next = Grain.Quick();
        Assert.False(next.IsCompleted);
        Gates.Gate(_key).SetResult();
        await next;
        Assert.Equal(["hold-start", "hold-end", "quick"], Gates.Log(_key));
    }
}
