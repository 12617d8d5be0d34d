using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class CallTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(2).Build();

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task Call_SameKey_ReachesOneActivation()
    {
        ICounter first = _cluster.Client.GetGrain<ICounter>("a");
        ICounter second = _cluster.Client.GetGrain<ICounter>("a");
        await first.Add(2);
        Assert.Equal(5, await second.Add(3));
        Assert.Equal(5, await first.Value());
        Assert.Equal(0, await _cluster.Client.GetGrain<ICounter>("b").Value());
    }

    [Fact]
    public async Task Call_MutableArgument_IsCopiedDeeply()
    {
        Parcel sent = new("x", [1, 2], new Parcel("y", [3]));
        Parcel back = await _cluster.Client.GetGrain<ICounter>("a").Echo(sent);
        Assert.NotSame(sent, back);
        Assert.NotSame(sent.Numbers, back.Numbers);
        Assert.Equal(sent.Numbers, back.Numbers);
        Assert.Equal("y", back.Next!.Name);
    }

    [Fact]
    public async Task Call_GrainThrows_CallerGetsACopyWithItsMembers()
    {
        CounterException thrown = await Assert.ThrowsAsync<CounterException>(() => _cluster.Client.GetGrain<ICounter>("a").Fail("no"));
        Assert.Equal("no", thrown.Message);
        Assert.Equal(7, thrown.Code);
        Assert.Contains(nameof(CounterGrain), thrown.StackTrace, StringComparison.Ordinal);
    }
}
