using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Gateway;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>A route from end to end between whole nodes: who serves, who counts what, who pays whom.</summary>
public sealed class RoutedNodesTests
{
    [Fact]
    public async Task Route_ServesThroughTheRelay_AndEachIsPaidForWhatItDid()
    {
        await using var world = await RoutedWorld.StartAsync();
        await using var consumer = world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(world.Target, 3_000_000);
        await consumer.EchoAsync(world.Target, 500_000);

        var lockChannel = consumer.Status.Channels.Single(channel => channel.Kind == "lock");
        var direct = consumer.Status.Channels.Single(channel => channel.Kind == "direct");
        Assert.Equal(7_000_000UL, lockChannel.OwnBytes);
        Assert.InRange(direct.OwnBytes, 7_000_000UL, 7_200_000UL);
        Assert.Equal(world.Proxy.Address.ToString(), lockChannel.Provider);
        Assert.Equal(RoutedWorld.ExitAddress.ToString(), consumer.Status.Route!.Exit);
        Assert.True(consumer.Status.Route.Connected);
        var pool = world.Exit.OnlyChannel;
        Assert.Equal("pool", pool.Kind);
        Assert.Equal(7_000_000UL, pool.OwnBytes);

        consumer.Close(lockChannel);
        await consumer.UntilAsync(
            status => status.Channels.Any(channel => channel.ChannelId == lockChannel.ChannelId && channel.Phase == "settled"), "the lock is settled");
        var settled = consumer.Status.Channels.Single(channel => channel.ChannelId == lockChannel.ChannelId).Settlement!;

        // What was signed ahead may lie in the next step; then that one is the price.
        Assert.Contains(settled.BytesUsed, new[] { FakeProxy.StepBytes, 2 * FakeProxy.StepBytes });

        // 110 % of the price comes in, 100 % goes out for at most what was promised.
        Assert.Equal(NodeWorld.Price.BaseUnits * (settled.BytesUsed / 1_000_000) * 110 / 100, System.Numerics.BigInteger.Parse(settled.Paid));
        Assert.True(world.Proxy.Pool.PromisedBytes <= settled.BytesUsed);
        await Eventually.TrueAsync(() => world.Proxy.OnlyLock.CountedBytes >= 7_000_000, "the exit's count has come", TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(RefusalReason.UnknownExit, "raise --max-price")]
    [InlineData(RefusalReason.LackOfFunds, "use another --proxy")]
    [InlineData(RefusalReason.DepositMissing, "fund this node's account")]
    [InlineData(RefusalReason.NoProxy, "--proxy-gateway")]
    public async Task Proxy_ThatRefuses_EndsTheNodeWithASentenceThatSaysWhatToDo(RefusalReason reason, string advice)
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.Refuses = reason;
        await using var consumer = world.StartConsumer();

        var fault = await consumer.GivesUpAsync();

        Assert.Equal(NodeFault.RouteRefused, fault.Fault);
        Assert.Contains(advice, fault.Message);
        Assert.DoesNotContain(consumer.Status.Channels, channel => channel.Kind == "lock");
    }

    [Fact]
    public async Task Gateway_OfSomebodyElseThanTheProxy_IsNotAskedForTheRoute_AndTheNodeSaysWhatToGive()
    {
        await using var world = await RoutedWorld.StartAsync();
        await using var consumer = world.StartConsumer(options => options with { Route = new RouteOptions(RoutedWorld.ExitAddress, null) });

        var fault = await consumer.GivesUpAsync();

        Assert.Contains($"run by {world.Proxy.Address}, not by proxy {RoutedWorld.ExitAddress}", fault.Message);
        Assert.Contains("--proxy-gateway", fault.Message);
        Assert.DoesNotContain(world.World.Silo.Requests, request => request is RouteRequest);
    }

    [Theory]
    [InlineData("price")]
    [InlineData("tag")]
    [InlineData("exit")]
    [InlineData("step")]
    [InlineData("acceptance")]
    public async Task Grant_ThatIsNotWhatWasAskedFor_IsNotPaidFor(string bent)
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.Bends = grant => bent switch
        {
            "price" => grant with { Terms = grant.Terms with { PricePerMB = new Protocol.Amounts.TokenAmount(NodeWorld.Price.BaseUnits + 1) } },
            "tag" => grant with { Tag = Protocol.Signing.Keccak256.HashText("mine") },
            "exit" => grant with { Exit = TestChannels.Provider.Address },

            // The end of the lock would be signed up to here, whatever was used: all of the deposit.
            "step" => grant with { StepBytes = grant.Terms.CapacityBytes },
            _ => grant with { Acceptance = TestChannels.Provider.Sign(new Protocol.Channels.Acceptance(grant.Terms.ChannelId(world.World.Chain.Domain), grant.ExpirySeconds), world.World.Chain.Domain) },
        };
        await using var consumer = world.StartConsumer();

        var fault = await consumer.GivesUpAsync();

        Assert.Contains("not what was asked for", fault.Message);
        Assert.DoesNotContain(consumer.Status.Channels, channel => channel.Kind == "lock");
    }

    [Fact]
    public async Task Tag_ThatTheProxyNeverNames_IsServedNothing()
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PassesCreditOn = false;
        await using var consumer = world.StartConsumer();

        await consumer.UntilAsync(status => status.Detail?.Contains("takes no session", StringComparison.Ordinal) == true, "the exit refuses");

        Assert.Equal(0UL, world.Exit.OnlyChannel.OwnBytes);
    }

    [Fact]
    public async Task Nodes_StartedAnew_GoOnWithTheSameLockAndNothingLower()
    {
        await using var world = await RoutedWorld.StartAsync();
        string lockId;
        await using (var consumer = world.StartConsumer())
        {
            await consumer.ServingAsync();
            await consumer.EchoAsync(world.Target, 500_000);
            lockId = consumer.Status.Channels.Single(channel => channel.Kind == "lock").ChannelId;
        }

        var port = System.Net.IPEndPoint.Parse(world.Exit.Status.Listen!).Port;
        await world.Exit.DisposeAsync();
        world.Exit = world.StartExit(port);
        await world.Exit.ServingAsync();
        var before = world.Proxy.OnlyLock.CountedBytes;
        await using var again = world.StartConsumer();
        await again.ServingAsync();
        await again.EchoAsync(world.Target, 500_000);

        var lockChannel = again.Status.Channels.Single(channel => channel.Kind == "lock");
        Assert.Equal((lockId, 2_000_000UL), (lockChannel.ChannelId, lockChannel.OwnBytes));
        Assert.Equal(2_000_000UL, world.Exit.OnlyChannel.OwnBytes);
        await Eventually.TrueAsync(() => world.Proxy.OnlyLock.CountedBytes >= 2_000_000, "the exit's count goes on", TimeSpan.FromMinutes(1));
        Assert.True(before is >= 1_000_000 and < 2_000_000);
        Assert.Null(world.Proxy.OnlyLock.Contradiction);

        // Any exit would do for a new lock; this one pays that exit.
        Assert.Contains(world.World.Silo.Requests.OfType<RouteRequest>(), request => request.Exit == RoutedWorld.ExitAddress);
    }

    [Fact]
    public async Task Lock_ThatTheProxyWouldGoOnWithAtAnotherPrice_IsReplacedByOne_AndNotByTwo()
    {
        await using var world = await RoutedWorld.StartAsync();
        var higher = new Protocol.Amounts.TokenAmount(NodeWorld.Price.BaseUnits + 1);
        string first;
        await using (var consumer = world.StartConsumer(options => options with { MaxPricePerMB = higher }))
        {
            await consumer.ServingAsync();
            first = consumer.Status.Channels.Single(channel => channel.Kind == "lock").ChannelId;
        }

        world.Proxy.LockPricePerMB = higher;
        await using var again = world.StartConsumer(options => options with { MaxPricePerMB = higher });
        await again.ServingAsync();

        var locks = again.Status.Channels.Where(channel => channel.Kind == "lock").ToArray();
        Assert.Equal(2, locks.Length);
        Assert.Contains(locks, channel => channel.ChannelId == first);
    }

    [Fact]
    public async Task Route_ThatTheProxyEnds_EndsItsSessionAtTheExit()
    {
        await using var world = await RoutedWorld.StartAsync();
        await using var consumer = world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(world.Target, 100_000);

        world.Proxy.EndRoute();
        await consumer.UntilAsync(status => status.Route is { Connected: false } || status.State != "serving", "the session has ended");
    }
}
