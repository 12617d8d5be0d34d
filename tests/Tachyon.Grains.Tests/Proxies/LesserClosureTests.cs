using Tachyon.Chain.Simulation;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>
/// A consumer asks the proxy to close its lock at less than its units lead to: the proxy signs first, never below what it promised, and what it
/// signed holds, whatever comes after.
/// </summary>
public sealed class LesserClosureTests : IAsyncLifetime
{
    private const ulong MB = RouteRig.MB;

    private RouteRig _rig = null!;

    public async Task InitializeAsync() => _rig = await RouteRig.Start(options => options.ProxyIdleAge = TimeSpan.FromDays(3));

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task RouteThatNeverBegan_EndsAtNothing_ThoughThePoolOpensAfterThat()
    {
        ExitPeer exit = await _rig.NewExit();
        exit.IsDead = true;
        RoutePeer first = await _rig.NewLock(exit);
        RoutePeer second = await _rig.NewLock(exit);
        await first.Sign();
        await second.Sign();

        SubmitClosureResult signed = await first.Grain.SignClosure(first.Consumer.Address, 0);
        Assert.Equal(ClosureRefusal.None, signed.Refusal);
        Assert.Equal(0UL, signed.Counterpart!.Closure.BytesUsed);

        exit.IsDead = false;
        await exit.Attach(second);
        await RouteRig.Carry(second, 1 * MB);
        await first.SayNewest();
        Assert.Equal(0UL, (await first.Grain.View())!.PromisedBytes);

        Assert.NotNull((await first.Grain.Close(first.SameAs(signed.Counterpart))).OperationId);
        ChannelView settled = await first.Reaches(ChannelPhase.Settled);
        Assert.Equal(TokenAmount.Zero, settled.Settlement!.Paid);
    }

    [Fact]
    public async Task PoolThatNobodyWaitsForAnyMore_IsNotOpened()
    {
        ExitPeer exit = await _rig.NewExit();
        exit.IsDead = true;
        RoutePeer route = await _rig.NewLock(exit);
        await route.Sign();
        await Eventually.TrueAsync(() => !exit.Asked.IsEmpty, "the exit to be asked");
        TokenAmount before = await _rig.Balance();

        await route.Grain.SignClosure(route.Consumer.Address, 0);
        exit.IsDead = false;
        int asked = exit.Asked.Count;
        await Eventually.TrueAsync(() => exit.Asked.Count > asked, "the exit to be asked again, and to accept");
        RoutePeer next = await _rig.NewLock(exit);

        Assert.Equal(PoolStage.Planned, (await _rig.Cluster.Grains.Pool(exit.Address).View()).Stage);
        Assert.Equal(before, await _rig.Balance());
        await exit.Attach(next);
    }

    [Fact]
    public async Task PoolThatIsOpenedForNobody_ComesBackWithinHours()
    {
        await using RouteRig rig = await RouteRig.Start(chain: GrainCluster.ChainOptions(finalityDepth: 2));
        ExitPeer exit = await rig.NewExit();
        RoutePeer route = await rig.NewLock(exit);
        await exit.LearnPool();
        await route.Sign();
        await Eventually.TrueAsync(
            async () => (await rig.Cluster.Grains.Pool(exit.Address).View()).Stage == PoolStage.Opening, "the pool to be on its way to the chain");

        Assert.Equal(ClosureRefusal.None, (await route.Grain.SignClosure(route.Consumer.Address, 0)).Refusal);
        await Eventually.TrueAsync(
            async () =>
            {
                rig.MineNowAndThen();
                return (await rig.Cluster.Grains.Pool(exit.Address).View()).Stage == PoolStage.Active;
            },
            "the pool to be active");

        // An hour from when its channel set that time, which may be a moment after the pool is active.
        await Eventually.TrueAsync(
            async () =>
            {
                rig.Cluster.Advance(TimeSpan.FromMinutes(10));
                return (await rig.Cluster.Grains.Channel(exit.PoolId).View())?.ConsumerClosureBytes is not null;
            },
            "the proxy's closure");
        Assert.Equal(0UL, (await rig.Cluster.Grains.Channel(exit.PoolId).View())!.ConsumerClosureBytes);
    }

    [Fact]
    public async Task WhatIsPromised_IsNeverSignedAway_AndTheRouteGoesOn()
    {
        RoutePeer route = await _rig.NewRoute(await _rig.NewExit());
        await RouteRig.Carry(route, 7 * MB);
        await Eventually.TrueAsync(
            async () =>
            {
                await RouteRig.Exchange(route);
                return (await route.Grain.View())!.PromisedBytes > 10 * MB;
            },
            "more than a step to be promised");

        Assert.Equal(ClosureRefusal.BelowPromised, (await route.Grain.SignClosure(route.Consumer.Address, 0)).Refusal);
        Assert.Equal(ClosureRefusal.BelowPromised, (await route.Grain.SignClosure(route.Consumer.Address, 10 * MB)).Refusal);
        Assert.Equal(ClosureRefusal.NotARouteStep, (await route.Grain.SignClosure(route.Consumer.Address, 15 * MB)).Refusal);
        Assert.Equal(ClosureRefusal.UnknownChannel, (await route.Grain.SignClosure(route.Exit.Address, 20 * MB)).Refusal);

        await RouteRig.Carry(route, 12 * MB);
        Assert.False((await route.Grain.View())!.IsEnding);
    }

    [Fact]
    public async Task ProxysClosure_OutlivesItsSilos_AndIsGivenAgain_WhateverIsAskedThen()
    {
        ExitPeer exit = await _rig.NewExit();
        exit.IsDead = true;
        RoutePeer route = await _rig.NewLock(exit);
        await route.Sign();
        SignedClosure signed = (await route.Grain.SignClosure(route.Consumer.Address, 0)).Counterpart!;

        await _rig.Cluster.KillAllSilos();
        SubmitClosureResult again = await GrainCluster.Insist(() => route.Grain.SignClosure(route.Consumer.Address, 10 * MB));
        Assert.Equal(signed, again.Counterpart);

        // Long after, one that the contract takes for long enough.
        _rig.Cluster.Advance(TimeSpan.FromHours(11));
        SignedClosure later = (await GrainCluster.Insist(() => route.Grain.SignClosure(route.Consumer.Address, 0))).Counterpart!;
        Assert.Equal(0UL, later.Closure.BytesUsed);
        Assert.True(later.Closure.ValidUntilSeconds > signed.Closure.ValidUntilSeconds, "the consumer is given what runs out before it can be carried out");
    }

    [Fact]
    public async Task ConsumerThatIsGone_PaysNothing_ForARouteThatNeverBegan()
    {
        ExitPeer exit = await _rig.NewExit();
        exit.Accepts = false;
        RoutePeer route = await _rig.NewLock(exit);
        await route.Sign();
        await Eventually.TrueAsync(() => route.Endings.Contains(RouteRefusal.PriceAboveLimit), "the consumer to hear why");

        _rig.Cluster.Advance(TimeSpan.FromDays(4));
        await route.Grain.Abandoned();
        await GrainCluster.Insist(() => route.Grain.SignClosure(route.Exit.Address, 0));

        ChannelView view = (await _rig.Cluster.Grains.Channel(route.LockId).View())!;
        Assert.Equal(ChannelPhase.Active, view.Phase);
        Assert.DoesNotContain(view.Operations, operation => operation.Kind == IntentKind.StartClose);
        Assert.Equal(0UL, (await GrainCluster.Insist(() => route.Grain.SignClosure(route.Consumer.Address, 0))).Counterpart!.Closure.BytesUsed);
    }
}
