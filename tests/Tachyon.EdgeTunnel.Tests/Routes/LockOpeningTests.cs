using Tachyon.Chain;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>When a consumer pays for another lock, each of which holds a deposit: only where it must, and for no more than four at once.</summary>
public sealed class LockOpeningTests
{
    private static readonly TokenAmount MaxPrice = new(2 * NodeWorld.Price.BaseUnits);

    [Fact]
    public async Task ProxyThatGoesOnWithNoLock_GetsFourDeposits_AndAnotherOnceOneOfThemIsBack()
    {
        await using var world = await RoutedWorld.StartAsync();
        for (var locks = 1; locks <= 4; locks++)
        {
            await using var consumer = world.StartConsumer(AtAnyPrice);
            await consumer.ServingAsync();
            Assert.Equal(locks, Locks(consumer).Length);
            RaisePrice(world);
        }

        await using var capped = world.StartConsumer(AtAnyPrice);
        await capped.UntilAsync(status => status.Detail?.StartsWith("4 locks with proxy", StringComparison.Ordinal) == true, "the consumer to say why it has no route");
        Assert.Contains("channels close", capped.Status.Detail);
        Assert.Equal(4, Locks(capped).Length);
        Assert.Equal(4, await DepositsAsync(world));

        capped.Close(Locks(capped)[0]);
        await capped.ServingAsync();
        Assert.Equal(5, Locks(capped).Length);
        Assert.Equal(5, await DepositsAsync(world));
        Assert.Single(Locks(capped), channel => channel.Phase == "settled");
    }

    [Theory]
    [InlineData(RefusalReason.ProviderAway)]
    [InlineData(RefusalReason.ExitWithoutSlots)]
    public async Task AutomaticExit_ThatIsNotThereYet_IsWaitedFor(RefusalReason reason)
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.Refuses = reason;
        await using var consumer = world.StartConsumer();
        await Eventually.TrueAsync(() => Asked(world) > 2, "the consumer to ask again and again");
        await consumer.UntilAsync(
            status => status.Detail?.Contains(RouteRefusal.Words(reason), StringComparison.Ordinal) == true, "the consumer to say what it waits for");
        Assert.Empty(Locks(consumer));

        world.Proxy.Refuses = null;
        await consumer.ServingAsync();
        Assert.Single(Locks(consumer));
    }

    [Theory]
    [InlineData(0, false)] // --fail-over 0: whoever is away is waited for
    [InlineData(3_600_000, false)] // not away for long enough
    [InlineData(1, true)] // --exit names it: no other will do
    public async Task ExitOfALock_ThatIsAway_IsWaitedFor_AndTheLockGoesOn(int failOverMs, bool isNamed)
    {
        await using var world = await RoutedWorld.StartAsync();
        ConnectOptions With(ConnectOptions options) => options with
        {
            FailOverAfter = TimeSpan.FromMilliseconds(failOverMs),
            Route = options.Route! with { Exit = isNamed ? RoutedWorld.ExitAddress : null },
        };
        await using (var consumer = world.StartConsumer(With))
        {
            await consumer.ServingAsync();
        }

        world.Proxy.RefusesNamed = RefusalReason.ProviderAway;
        var asked = Asked(world);
        await using var again = world.StartConsumer(With);
        await Eventually.TrueAsync(() => Asked(world) > asked + 2, "the consumer to ask again and again");
        Assert.Single(Locks(again));

        world.Proxy.RefusesNamed = null;
        await again.ServingAsync();
        await again.EchoAsync(world.Target, 100_000);
        Assert.True(Assert.Single(Locks(again)).OwnBytes >= 200_000);
    }

    [Theory]
    [InlineData(RefusalReason.ProviderAway, 1)] // away for longer than --fail-over
    [InlineData(RefusalReason.Draining, 3_600_000)] // for good: no use in waiting
    public async Task AutomaticExit_ThatIsLost_IsReplacedByAnother_WithALockOfItsOwn(RefusalReason reason, int failOverMs)
    {
        await using var world = await RoutedWorld.StartAsync();
        ConnectOptions With(ConnectOptions options) => options with { FailOverAfter = TimeSpan.FromMilliseconds(failOverMs) };
        await using (var consumer = world.StartConsumer(With))
        {
            await consumer.ServingAsync();
        }

        world.Proxy.RefusesNamed = reason;
        await using var again = world.StartConsumer(With);
        await again.ServingAsync();
        Assert.Equal(2, Locks(again).Length);
    }

    private static ConnectOptions AtAnyPrice(ConnectOptions options) => options with { MaxPricePerMB = MaxPrice };

    private static void RaisePrice(RoutedWorld world) => world.Proxy.LockPricePerMB = new TokenAmount(world.Proxy.LockPricePerMB.BaseUnits + 1);

    private static ChannelDocument[] Locks(RunningNode consumer) => [.. consumer.Status.Channels.Where(channel => channel.Kind == "lock")];

    private static int Asked(RoutedWorld world) => world.World.Silo.Requests.OfType<RouteRequest>().Count();

    // By the chain, whatever the node knows of it.
    private static async Task<int> DepositsAsync(RoutedWorld world)
    {
        var newest = await world.World.Chain.GetBlockAsync(ReadAt.Latest);
        return (await world.World.Chain.GetEventsAsync(0, newest.Number)).OfType<Chain.ChannelOpened>().Count(opened => opened.Terms.Kind == ChannelKind.Lock);
    }
}
