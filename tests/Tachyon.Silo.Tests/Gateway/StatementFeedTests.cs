using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>A gateway that begins while statements are made, or that the log's pushes do not reach: its edges hear all of them, once.</summary>
public sealed class StatementFeedTests : IAsyncLifetime
{
    private GatewayCluster _cluster = null!;
    private TestEdge _consumer = null!;
    private TestEdge _provider = null!;
    private Terms _terms = null!;

    public async Task InitializeAsync()
    {
        _cluster = await GatewayCluster.StartAsync(silos: 1);
        _consumer = _cluster.NewEdge(1);
        _provider = _cluster.NewEdge(2);
        _terms = await _cluster.OpenPaidAsync(_consumer, _provider);
        await _cluster.ConnectAsync(_consumer, 0);
    }

    public async Task DisposeAsync()
    {
        _consumer.Dispose();
        _provider.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Statement_AdmittedWhileAGatewayBegins_ReachesTheEdgesThatAskedBefore()
    {
        var reached = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await _cluster.AddGatewayAsync(
            grains => WithLog(grains, log => Between.Of(log, (method, args, call) =>
                method.Name == nameof(IStatementLogGrain.Read) && reached.TrySetResult() ? HeldAsync(go.Task, call) : call())),
            TimeProvider.System);
        await reached.Task.WaitAsync(Eventually.DefaultTimeout);
        await _cluster.ConnectAsync(_provider, 1);
        Assert.Empty(Assert.IsType<StatementsReply>(await _provider.AskAsync(new StatementsRequest(Bytes32.Zero, 0))).Statements);

        var stated = _consumer.State(_terms);
        Assert.IsType<Accepted>(await _consumer.AskAsync(new PublishStatement(stated, null)));
        go.SetResult();

        Assert.Equal(stated, Assert.Single((await _provider.NextAsync<StatementsPublished>()).Statements).Signed);
    }

    [Fact]
    public async Task Statement_WhosePushIsLost_ReachesEveryEdgeWithTheNextRenewal_Once()
    {
        var deaf = new Deaf();
        var time = new FakeTimeProvider();
        await _cluster.AddGatewayAsync(
            grains => Between.Of(grains, (method, args, call) =>
                method.Name == nameof(IGrainFactory.CreateObjectReference) ? grains.CreateObjectReference<IStatementObserver>(deaf) : call()),
            time);
        await _cluster.ConnectAsync(_provider, 1);
        await Eventually.TrueAsync(() => _cluster.Gateways[1].Feed.IsFollowing, "the gateway to follow the log");

        // As when the log's silo dies between storing and telling.
        var stated = _consumer.State(_terms);
        Assert.IsType<Accepted>(await _consumer.AskAsync(new PublishStatement(stated, null)));
        await Eventually.TrueAsync(() => deaf.Heard == 1, "the push that nobody hears");
        var hearing = _provider.NextAsync<StatementsPublished>();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return hearing.IsCompleted;
            },
            "the renewal to bring it");

        Assert.Equal(stated, Assert.Single((await hearing).Statements).Signed);
        var revoked = _consumer.State(_terms, revoked: true);
        Assert.IsType<Accepted>(await _consumer.AskAsync(new PublishStatement(revoked, null)));
        var next = _provider.NextAsync<StatementsPublished>();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return next.IsCompleted;
            },
            "the next renewal");
        Assert.Equal(revoked, Assert.Single((await next).Statements).Signed);
    }

    private static IGrainFactory WithLog(IGrainFactory grains, Func<IStatementLogGrain, IStatementLogGrain> way) =>
        Between.Of(grains, (_, _, call) => call() is var made && made is IStatementLogGrain log ? way(log) : made);

    private static async Task<StatementPage> HeldAsync(Task until, Func<object?> call)
    {
        await until;
        return await (Task<StatementPage>)call()!;
    }

    private sealed class Deaf : IStatementObserver
    {
        private int _heard;

        public int Heard => Volatile.Read(ref _heard);

        public Task Published(StatementPage page)
        {
            Interlocked.Increment(ref _heard);
            return Task.CompletedTask;
        }
    }
}
