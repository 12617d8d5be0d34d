using Tachyon.Chain;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>The channel to an exit that routes share: how it begins, grows and ends.</summary>
public sealed class PoolTests
{
    private const ulong MB = RouteRig.MB;

    [Fact]
    public async Task Pool_IsToppedUpInFixedSteps_AheadOfNeed()
    {
        await using RouteRig rig = await RouteRig.Start(options => options.ProxyPoolStepBytes = 10 * MB);
        ExitPeer exit = await rig.NewExit();
        RoutePeer route = await rig.NewRoute(exit, capacityBytes: 40 * MB);

        await RouteRig.Carry(route, 32 * MB);

        ChannelView channel = await rig.Cluster.Reaches(exit.PoolId, view => view.CapacityBytes >= 40 * MB, "the top-ups");
        Assert.Equal(0UL, channel.CapacityBytes % (10 * MB));
        Assert.Equal(10 * MB, exit.PoolTerms!.CapacityBytes);
    }

    [Fact]
    public async Task TopUp_WaitsForARandomTimeWithinTheSpread_UnlessTheRoomIsUsedUp()
    {
        await using RouteRig rig = await RouteRig.Start(options =>
        {
            options.ProxyPoolStepBytes = 20 * MB;
            options.ProxyTopUpSpread = TimeSpan.FromHours(12);
        });
        ExitPeer exit = await rig.NewExit();
        IPoolGrain pool = rig.Cluster.Grains.Pool(exit.Address);
        RoutePeer route = await rig.NewRoute(exit, capacityBytes: 40 * MB);

        // Between a quarter and three quarters of a step are left when one is planned, and half a day is long.
        await RouteRig.Carry(route, 14 * MB);
        Assert.Equal(40 * MB, (await pool.View()).TopUpBytes);
        Assert.Equal(20 * MB, (await pool.View()).CapacityBytes);

        await RouteRig.Carry(route, 22 * MB);
        Assert.Equal(40 * MB, (await pool.View()).CapacityBytes);
    }

    [Fact]
    public async Task ProxyThatRunsOutOfFunds_SaysSo_AndGoesOnWhenItHasSome()
    {
        await using RouteRig rig = await RouteRig.Start(options => options.ProxyPoolStepBytes = 10 * MB);
        ExitPeer exit = await rig.NewExit();
        RoutePeer route = await rig.NewRoute(exit, capacityBytes: 40 * MB);
        Party elsewhere = rig.Cluster.NewParty();
        TokenAmount all = await rig.Balance();
        await rig.Cluster.Operator.Send(rig.Cluster.Chain, new ChainCall.Transfer(elsewhere.Address, all));

        await Eventually.TrueAsync(
            async () =>
            {
                route.Use(16_000);
                await RouteRig.Exchange(route);
                return route.Endings.Contains(RouteRefusal.LackOfFunds);
            },
            "the consumer to hear of it");
        await elsewhere.Send(rig.Cluster.Chain, new ChainCall.Transfer(rig.Proxy, all));
        rig.Cluster.Clock.Advance(TimeSpan.FromMinutes(1));

        await RouteRig.Carry(route, 15 * MB);
    }

    [Fact]
    public async Task PromisesOfALockThatComeAtOnce_AllHearThatThePoolIsFull_AndNoneThatItEnded()
    {
        await using RouteRig rig = await RouteRig.Start(options => options.ProxyPoolStepBytes = 10 * MB);
        ExitPeer exit = await rig.NewExit();
        RoutePeer first = await rig.NewRoute(exit, capacityBytes: 40 * MB);
        RoutePeer second = await rig.NewLock(exit, capacityBytes: 40 * MB);
        await RouteRig.Carry(first, 1 * MB);
        await rig.Cluster.Operator.Send(rig.Cluster.Chain, new ChainCall.Transfer(rig.Cluster.NewParty().Address, await rig.Balance()));
        IPoolGrain pool = rig.Cluster.Grains.Pool(exit.Address);
        Assert.NotEqual(PromiseResult.Taken, await pool.Raise(await PromiseOf(first) with { PromisedBytes = 40 * MB }));
        await second.Sign();
        PoolPromise promise = await PromiseOf(second);
        Assert.True(promise.PromisedBytes > 0, "nothing was promised");

        PromiseResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => pool.Raise(promise)));

        Assert.DoesNotContain(PromiseResult.Ended, results);
        Assert.DoesNotContain(PromiseResult.Taken, results);

        async Task<PoolPromise> PromiseOf(RoutePeer route)
        {
            RouteView said = (await route.Grain.View())!;
            return new PoolPromise
            {
                PoolId = said.PoolId,
                LockId = route.LockId,
                Tag = said.Tag,
                RouteAddress = route.Wish.RouteKey.ToAddress(),
                PromisedBytes = said.PromisedBytes,
            };
        }
    }

    [Fact]
    public async Task ExitWithItsLastSlotFree_IsPaidThroughAChannelThatItConfirms()
    {
        await using RouteRig rig = await RouteRig.Start();
        ExitPeer exit = await rig.NewExit(change: offer => offer with { Slots = 1 });

        RoutePeer route = await rig.NewRoute(exit);
        await RouteRig.Carry(route, 2 * MB);

        Assert.Empty(exit.Asked);
        Assert.Single((await rig.Cluster.Grains.Provider(exit.Address).View()).ActiveChannels);
    }

    [Fact]
    public async Task PoolThatItsExitCloses_EndsItsRoutes_AndTheSameLockGoesOnThroughAnother()
    {
        await using RouteRig rig = await RouteRig.Start();
        ExitPeer exit = await rig.NewExit();
        RoutePeer route = await rig.NewRoute(exit);
        await RouteRig.Carry(route, 3 * MB);
        ChannelId first = exit.PoolId;
        await exit.Party.Send(rig.Cluster.Chain, new ChainCall.StartClose(exit.PoolTerms!, exit.Pool!.NewestPeer, null));
        await Eventually.TrueAsync(() => route.Endings.Contains(RouteRefusal.PoolEnded), "the consumer to hear that the pool ended");

        RouteOffer again = await rig.Ask(route.Wish);
        await exit.Attach(route);

        Assert.Equal(route.Offer.Terms, again.Terms);
        Assert.Equal(route.Tag, again.Grant!.Tag);
        Assert.NotEqual(first, exit.PoolId);
        await RouteRig.Carry(route, 6 * MB);
        RouteView view = (await route.Grain.View())!;
        Assert.True(view.PromisedBytes <= view.SignedBytes, "more was promised over both pools than the consumer signed");
    }

    [Fact]
    public async Task LockThatCanSignForNoMoreThanAnEndedPoolWasPromised_IsSaidToBeOver()
    {
        await using RouteRig rig = await RouteRig.Start();
        ExitPeer exit = await rig.NewExit();
        RoutePeer route = await rig.NewRoute(exit);
        await RouteRig.Carry(route, 8 * MB);
        await Eventually.TrueAsync(
            async () =>
            {
                await RouteRig.Exchange(route);
                return (await route.Grain.View())!.PromisedBytes == 13 * MB;
            },
            "all that may be signed ahead to be promised");
        await exit.Party.Send(rig.Cluster.Chain, new ChainCall.StartClose(exit.PoolTerms!, exit.Pool!.NewestPeer, null));
        await Eventually.TrueAsync(() => route.Endings.Contains(RouteRefusal.PoolEnded), "the consumer to hear that the pool ended");

        // It would wait for ever for an exit that it can sign nothing for; it closes this lock and opens another.
        Assert.Equal(RouteRefusal.LockEnded, (await rig.Broker.AskAsync(route.Wish)).Refusal);
        await rig.NewRoute(exit);
    }

    [Fact]
    public async Task PoolThatNobodyUses_IsOfferedForClosing_AndClosedAloneWhenTheExitIsGone()
    {
        await using RouteRig rig = await RouteRig.Start(options => options.ProxyIdleAge = TimeSpan.FromDays(1));
        ExitPeer exit = await rig.NewExit();
        await rig.UseUp(exit);

        rig.Cluster.Advance(TimeSpan.FromDays(2));
        ChannelView offered = await rig.Cluster.Reaches(exit.PoolId, view => view.ConsumerClosureBytes is not null, "the proxy's closure");
        Assert.Equal(exit.SignedToIt, offered.ConsumerClosureBytes);

        rig.Cluster.Advance(TimeSpan.FromDays(1));
        await rig.Cluster.Reaches(exit.PoolId, ChannelPhase.Closing);
    }

    [Fact]
    public async Task ExitThatComesBack_HearsEverythingAgain()
    {
        await using RouteRig rig = await RouteRig.Start();
        ExitPeer exit = await rig.NewExit();
        RoutePeer route = await rig.NewRoute(exit);
        await RouteRig.Carry(route, 2 * MB);
        exit.IsDead = true;
        await Eventually.TrueAsync(
            async () =>
            {
                await RouteRig.Exchange(route);
                return (await route.Grain.View())!.PromisedBytes > exit.Ledger!.Find(route.Tag)!.Value.CreditBytes || !route.Use(1_000);
            },
            "something to be missed");

        Assert.True(await exit.Reattach());

        await RouteRig.Carry(route, 8 * MB);
    }
}
