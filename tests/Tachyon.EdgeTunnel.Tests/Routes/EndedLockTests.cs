using Tachyon.Chain;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>
/// What a proxy gets by ending locks that its consumer would go on with: nothing. Nobody asked for such a close, so the consumer signs for no more
/// than a checkpoint that it did not use, and it does not open one lock after the other.
/// </summary>
public sealed class EndedLockTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task LockThatTheProxyHasEnded_IsClosed_AndItsDepositComesBack_WhileAnotherServes()
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PoolIsRefused = RefusalReason.ProviderAway;
        await using (var consumer = world.StartConsumer())
        {
            await Eventually.TrueAsync(
                () => Locks(consumer) is [{ Phase: "active" } opened] && world.Proxy.HasUnitOf(ChannelId.Parse(opened.ChannelId)), "a lock with a unit", Patience);
        }

        world.Proxy.PoolIsRefused = null;
        world.Proxy.RefusesNamed = RefusalReason.WrongPhase;
        await using var again = world.StartConsumer();
        await again.ServingAsync();

        Assert.Equal(2, Locks(again).Length);
        await Eventually.TrueAsync(
            () => Locks(again).Count(channel => channel.Phase == "settled") == 1, "the first lock's deposit to come back", Patience);
    }

    [Theory]
    [InlineData(true)] // asked for the route again, it says that the lock is over
    [InlineData(false)] // it says that it has signed its end
    public async Task ProxyThatEndsAnUnusedLock_AndClosesAtNothingLess_GetsNoStepForIt(bool byRefusal)
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.ClosesAtNothingLess = true;
        await using (var consumer = world.StartConsumer())
        {
            await consumer.ServingAsync();
        }

        world.Proxy.RefusesNamed = byRefusal ? RefusalReason.WrongPhase : null;
        await using var again = world.StartConsumer();
        await again.ServingAsync();
        var ended = Locks(again)[0];
        if (!byRefusal)
        {
            world.Proxy.OfferEnd(ChannelId.Parse(ended.ChannelId), FakeProxy.StepBytes);
        }

        await again.UntilAsync(status => Find(status, ended)?.Close is { State: "failed" or "settled" }, "the close comes to its end");

        Assert.Contains("channels close", Find(again.Status, ended)!.Close!.Detail, StringComparison.Ordinal);
        Assert.Equal("active", Find(again.Status, ended)!.Phase);
        Assert.DoesNotContain(world.World.Silo.Requests, request => request is CloseRelay);

        // Whoever owns the node may pay the step to have the rest back, while another lock serves.
        again.Close(ended);
        await again.UntilAsync(status => Find(status, ended)?.Settlement is { BytesUsed: FakeProxy.StepBytes }, "its owner's close");
    }

    [Fact]
    public async Task ProxyThatEndsEachLock_GetsFourOpened_ThoughTheirDepositsCameBack()
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PoolIsRefused = RefusalReason.ProviderAway;
        world.Proxy.RefusesNamed = RefusalReason.WrongPhase;
        await using var consumer = world.StartConsumer();

        await Eventually.TrueAsync(() => Locks(consumer).Count(channel => channel.Phase == "settled") >= 4, "four locks to be opened and ended", Patience);
        await consumer.UntilAsync(
            status => status.Detail?.StartsWith("4 locks with proxy", StringComparison.Ordinal) == true, "the consumer to say why it opens no other");

        Assert.Equal(4, await DepositsAsync(world));
        Assert.All(Locks(consumer), channel => Assert.Equal(("settled", "0"), (channel.Phase, channel.Settlement?.Paid)));
    }

    private static ChannelDocument[] Locks(RunningNode consumer) => [.. consumer.Status.Channels.Where(channel => channel.Kind == "lock")];

    private static ChannelDocument? Find(StatusDocument status, ChannelDocument one) =>
        status.Channels.SingleOrDefault(channel => channel.ChannelId == one.ChannelId);

    private static async Task<int> DepositsAsync(RoutedWorld world)
    {
        var newest = await world.World.Chain.GetBlockAsync(ReadAt.Latest);
        return (await world.World.Chain.GetEventsAsync(0, newest.Number)).OfType<Chain.ChannelOpened>().Count(opened => opened.Terms.Kind == ChannelKind.Lock);
    }
}
