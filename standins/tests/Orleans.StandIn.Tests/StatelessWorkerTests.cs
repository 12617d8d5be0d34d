using Orleans.Concurrency;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class StatelessWorkerTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1).Build();
    private readonly string _key = Guid.NewGuid().ToString("N");

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task StatelessWorker_RunsAsManyAtOnceAsAllowedAndNoMore()
    {
        IWorker grain = _cluster.Client.GetGrain<IWorker>(0);
        Task<Guid>[] calls = [.. Enumerable.Range(0, 6).Select(_ => grain.Work(_key))];
        await Waiting.Until(() => Gates.Log(_key).Count == 3);
        Assert.DoesNotContain(calls, call => call.IsCompleted);
        Gates.Gate(_key).SetResult();
        Assert.Equal(3, (await Task.WhenAll(calls)).Distinct().Count());
    }
}

[Alias("IWorker")]
public interface IWorker : IGrainWithIntegerKey
{
    Task<Guid> Work(string gate);
}

[StatelessWorker(3)]
internal sealed class WorkerGrain : Grain, IWorker
{
    private readonly Guid _id = Guid.NewGuid();

    public async Task<Guid> Work(string gate)
    {
        Gates.Log(gate).Enqueue("working");
        await Gates.Gate(gate).Task;
        return _id;
    }
}
