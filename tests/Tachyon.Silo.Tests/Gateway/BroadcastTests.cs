using System.Diagnostics;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Silo.Tests.Fixtures;
using Xunit.Abstractions;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>One statement to everybody: a thousand edges at two silos, and those that were away.</summary>
public sealed class BroadcastTests(ITestOutputHelper output)
{
    private const int Edges = 1_000;

    [Fact]
    public async Task Statement_ReachesEveryEdgeOfEverySilo_AndThoseOfADeadSiloCatchUpWithTheOther()
    {
        await using var cluster = await GatewayCluster.StartAsync();
        using var consumer = cluster.NewEdge(1);
        using var provider = cluster.NewEdge(2);
        var terms = await cluster.OpenPaidAsync(consumer, provider);
        await cluster.ConnectAsync(consumer, 0);
        await cluster.ConnectAsync(provider, 1);
        TestEdge[] others = [.. Enumerable.Range(3, Edges - 2).Select(cluster.NewEdge)];
        await Task.WhenAll(others.Select((edge, i) => cluster.ConnectAsync(edge, i % 2)));
        Assert.All(cluster.Gateways, gateway => Assert.Equal(Edges / 2, gateway.Services.Registry.Edges));
        await Eventually.TrueAsync(() => cluster.Gateways.All(gateway => gateway.Feed.IsFollowing), "both gateways to follow the log");

        // Everybody listens before it is said, as connected edges do.
        var stated = consumer.State(terms);
        var startedAt = Stopwatch.GetTimestamp();
        Task<StatementsPublished>[] heard = [.. others.Append(provider).Select(edge => edge.NextAsync<StatementsPublished>())];
        Assert.IsType<Accepted>(await consumer.AskAsync(new PublishStatement(stated, null)));
        var acknowledged = Stopwatch.GetElapsedTime(startedAt);
        var pushes = await Task.WhenAll(heard);
        output.WriteLine(
            $"{Edges} edges at two silos: acknowledged after {acknowledged.TotalMilliseconds:0} ms, heard by all after {Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds:0} ms");
        var log = pushes[0].Log;
        Assert.All(pushes, push => Assert.Equal((log, 1UL, stated), (push.Log, push.Statements[0].Sequence, push.Statements[0].Signed)));
        Assert.Equal(stated, (await consumer.NextAsync<StatementsPublished>()).Statements[0].Signed);

        // The other one's silo dies; what is said meanwhile waits for its edges.
        await cluster.KillAsync(1);
        var revoked = consumer.State(terms, revoked: true);
        await Eventually.TrueAsync(
            async () => await consumer.AskAsync(new PublishStatement(revoked, null)) is Accepted, "the revocation to be taken");
        var told = await Task.WhenAll(others.Where((_, i) => i % 2 == 0).Append(consumer).Select(edge =>
            edge.NextAsync<StatementsPublished>(push => push.Statements[^1].Sequence == 2)));
        Assert.All(told, push => Assert.Equal(revoked, push.Statements[^1].Signed));

        await cluster.ConnectAsync(provider, 0);
        var missed = Assert.IsType<StatementsReply>(await provider.AskAsync(new StatementsRequest(log, 1)));
        Assert.Equal((log, 2UL, revoked), (missed.Log, missed.Latest, Assert.Single(missed.Statements).Signed));
        var all = Assert.IsType<StatementsReply>(await provider.AskAsync(new StatementsRequest(Bytes32.Zero, 0)));
        Assert.Equal<SignedBlacklisting>([stated, revoked], all.Statements.Select(statement => statement.Signed));
        Array.ForEach(others, edge => edge.Dispose());
    }
}
