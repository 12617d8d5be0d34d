using Tachyon.Chain;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>What a consumer pays for a lock whose route never began: nothing, unless the proxy has promised it to the exit.</summary>
public sealed class UnusedLockTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task RouteThatNeverBegan_CostsNothing_WhenItsOwnerClosesTheLock()
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PoolIsRefused = RefusalReason.ProviderAway;
        await using var consumer = world.StartConsumer();
        var opened = await LockAsync(consumer, world);

        consumer.Close(opened);

        Assert.Equal(0UL, (await SettledAsync(world, opened)).PaidBytes);
        Assert.Contains(0UL, world.Proxy.LesserStepsAsked);
        Assert.True(world.Proxy.LockOf(ChannelId.Parse(opened.ChannelId)).CollectableBytes < FakeProxy.StepBytes, "a step was signed, which the proxy could claim");
        await consumer.UntilAsync(status => Find(status, opened)?.Settlement is { BytesUsed: 0, Paid: "0" }, "the consumer sees its deposit back");
    }

    [Fact]
    public async Task RouteThatIsRefusedForGood_EndsTheNode_AndItsLockAtNothing()
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PoolIsRefused = RefusalReason.PriceAboveLimit;
        await using var consumer = world.StartConsumer();

        var fault = await consumer.GivesUpAsync();

        Assert.Equal(NodeFault.RouteRefused, fault.Fault);
        Assert.Equal(0UL, (await SettledAsync(world, Assert.Single(consumer.Status.Channels, channel => channel.Kind == "lock"))).PaidBytes);
    }

    [Fact]
    public async Task RouteThatIsRefusedOnlyAfterARestart_EndsItsLockAtNothing()
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PoolIsRefused = RefusalReason.ProviderAway;
        ChannelDocument opened;
        await using (var consumer = world.StartConsumer())
        {
            opened = await LockAsync(consumer, world);
        }

        world.Proxy.Refuses = RefusalReason.LackOfFunds;
        await using var again = world.StartConsumer();

        await again.GivesUpAsync();
        Assert.Equal(0UL, (await SettledAsync(world, opened)).PaidBytes);
    }

    [Fact]
    public async Task WhatTheProxyHasPromised_IsPaidWithTheStep_ThoughNothingWasServed()
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PassesCreditOn = false;
        await using var consumer = world.StartConsumer();
        var opened = await LockAsync(consumer, world);
        await Eventually.TrueAsync(() => world.Proxy.LockOf(ChannelId.Parse(opened.ChannelId)).PromisedBytes > 0, "the promise", Patience);

        consumer.Close(opened);

        Assert.Equal(FakeProxy.StepBytes, (await SettledAsync(world, opened)).PaidBytes);
        Assert.Contains(0UL, world.Proxy.LesserStepsAsked);
    }

    [Fact]
    public async Task ProxysAnswerThatIsLost_AndAConsumerThatBeginsAnew_CostNothingEither()
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PoolIsRefused = RefusalReason.ProviderAway;
        world.Proxy.LosesOffers = true;
        ChannelDocument opened;
        await using (var consumer = world.StartConsumer())
        {
            opened = await LockAsync(consumer, world);
            consumer.Close(opened);
            await Eventually.TrueAsync(() => world.Proxy.LesserStepsAsked.Count > 1, "the consumer asks again", Patience);
            Assert.NotNull(world.Proxy.LockOf(ChannelId.Parse(opened.ChannelId)).Closure);
        }

        world.Proxy.LosesOffers = false;
        await using var again = world.StartConsumer();
        await again.UntilAsync(status => Find(status, opened) is { Phase: "active" }, "the lock is known");
        again.Close(opened);

        Assert.Equal(0UL, (await SettledAsync(world, opened)).PaidBytes);
    }

    [Theory]
    [InlineData("noStep")]
    [InlineData("unsigned")]
    [InlineData("neverSigned")]
    [InlineData("soonOver")]
    [InlineData("ofAnotherChannel")]
    public async Task ProxysClosure_ThatIsNotWhatMayBeSigned_IsNotSigned(string bent)
    {
        await using var world = await RoutedWorld.StartAsync();
        world.Proxy.PoolIsRefused = RefusalReason.ProviderAway;
        using var proxy = new KeySigner(RelayingSilo.OperatorKey);
        world.Proxy.BendsOffers = honest =>
        {
            var closure = honest.Closure;
            var other = bent switch
            {
                "noStep" => closure with { BytesUsed = 1_000 },
                "neverSigned" => closure with { BytesUsed = FakeProxy.StepBytes },
                "soonOver" => closure with { ValidUntilSeconds = closure.ValidUntilSeconds - 43_000 },
                "ofAnotherChannel" => closure with { ChannelId = new ChannelId(Keccak256.HashText("another")) },
                _ => closure,
            };
            return bent == "unsigned"
                ? new SignedClosure(closure, TestChannels.Provider.Sign(closure, world.World.Chain.Domain))
                : new SignedClosure(other, proxy.Sign(other, world.World.Chain.Domain));
        };
        await using var consumer = world.StartConsumer();
        var opened = await LockAsync(consumer, world);

        consumer.Close(opened);
        await consumer.UntilAsync(status => Find(status, opened)?.Close is { State: "failed" }, "the close fails");

        Assert.DoesNotContain(world.World.Silo.Requests, request => request is CloseRelay);
        Assert.Equal(ChannelStatus.Active, (await world.World.Chain.GetChannelAsync(ChannelId.Parse(opened.ChannelId), ReadAt.Final)).Status);
    }

    private static ChannelDocument? Find(StatusDocument status, ChannelDocument opened) =>
        status.Channels.SingleOrDefault(channel => channel.ChannelId == opened.ChannelId);

    // An active lock on which the proxy has the consumer's first unit.
    private static async Task<ChannelDocument> LockAsync(RunningNode consumer, RoutedWorld world)
    {
        await consumer.UntilAsync(status => status.Channels.Any(channel => channel is { Kind: "lock", Phase: "active" }), "the lock is active");
        var opened = consumer.Status.Channels.Single(channel => channel.Kind == "lock");
        await Eventually.TrueAsync(() => world.Proxy.HasUnitOf(ChannelId.Parse(opened.ChannelId)), "the first unit", Patience);
        return opened;
    }

    private static async Task<Chain.ChannelView> SettledAsync(RoutedWorld world, ChannelDocument opened)
    {
        var lockId = ChannelId.Parse(opened.ChannelId);
        return await Eventually.ValueAsync(
            async () => await world.World.Chain.GetChannelAsync(lockId, ReadAt.Final) is { Status: ChannelStatus.Settled } settled ? settled : null,
            "the lock is settled",
            Patience);
    }
}
