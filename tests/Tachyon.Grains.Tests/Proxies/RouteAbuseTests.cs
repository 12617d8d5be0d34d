using Tachyon.Chain;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>What exits, consumers and strangers try with a proxy's money.</summary>
public sealed class RouteAbuseTests : IAsyncLifetime
{
    private const ulong MB = RouteRig.MB;

    private RouteRig _rig = null!;

    public async Task InitializeAsync() => _rig = await RouteRig.Start();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task StrangersThatAskAndNeverLock_BindNothing()
    {
        ExitPeer exit = await _rig.NewExit();
        TokenAmount before = await _rig.Balance();
        for (int i = 0; i < 5; i++)
        {
            await _rig.Ask(_rig.Wish(_rig.Cluster.NewParty(), exit));
        }

        // A lock that is open and has signed nothing binds nothing either.
        RoutePeer silent = await _rig.NewLock(exit);
        PoolView planned = await _rig.Cluster.Grains.Pool(exit.Address).View();
        Assert.Equal(PoolStage.Planned, planned.Stage);
        Assert.Empty(exit.Asked);
        Assert.Equal(before, await _rig.Balance());
        Assert.Equal(ChannelStatus.None, (await _rig.Cluster.Chain.GetChannelAsync(planned.PoolId, ReadAt.Latest)).Status);
        Assert.Equal(5, (await _rig.Cluster.Grains.Provider(exit.Address).View()).FreeSlots);

        // The first unit has it opened, on the terms that were fixed for all of them.
        await exit.Attach(silent);
        Assert.Equal(planned.PoolId, exit.PoolId);
        await RouteRig.Carry(silent, 1 * MB);
    }

    [Fact]
    public async Task OneConsumer_GetsSoManyUnlockedRoutes_UntilTheirAcceptancesExpire()
    {
        ExitPeer exit = await _rig.NewExit();
        Party consumer = _rig.Cluster.NewParty();
        RouteWish first = _rig.Wish(consumer, exit);
        await _rig.Ask(first);
        for (int i = 1; i < UnlockedRoutes.MaxOfOne; i++)
        {
            await _rig.Ask(_rig.Wish(consumer, exit));
        }

        Assert.Equal(RouteRefusal.Busy, (await _rig.Broker.AskAsync(_rig.Wish(consumer, exit))).Refusal);
        await _rig.Ask(first);
        await _rig.Ask(_rig.Wish(_rig.Cluster.NewParty(), exit));

        _rig.Cluster.Advance(TimeSpan.FromSeconds(ProxyGrain.AcceptanceSeconds + 1));
        await exit.Live();
        await _rig.Ask(_rig.Wish(consumer, exit));
    }

    [Fact]
    public async Task ExitThatClaimsMoreThanItServed_GetsNoOtherPool_AlsoOfRequestsAtOnce()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewRoute(exit);
        await RouteRig.Carry(route, 3 * MB);
        await exit.CloseOverstated(100 * MB);
        await Eventually.TrueAsync(() => route.Endings.Contains(RouteRefusal.PoolEnded), "the consumer to hear that the pool ended");

        RouteOffer[] refused = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _rig.Broker.AskAsync(_rig.Wish(_rig.Cluster.NewParty(), exit))));
        Assert.All(refused, offer => Assert.Equal(RouteRefusal.ExitDisputed, offer.Refusal));

        // Nor after that is settled, and forgotten by whoever asked.
        _rig.Cluster.Advance(TimeSpan.FromHours(13));
        ChannelView settled = await _rig.Cluster.Reaches(exit.PoolId, ChannelPhase.Settled);
        Assert.True(settled.Settlement!.Burned <= exit.PoolTerms!.Price(ProtocolConstants.CheckpointBytes), "more than a checkpoint was burned");
        await exit.Live();
        Assert.Equal(RouteRefusal.ExitDisputed, (await _rig.Broker.AskAsync(route.Wish)).Refusal);
        Assert.Single(exit.Asked);
    }

    [Fact]
    public async Task ExitThatDisputesItsPool_GetsNoOther_AndTheDepositComesBack()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewRoute(exit);
        await RouteRig.Carry(route, 3 * MB);
        SignedUnit newest = exit.Newest[exit.PoolId];
        SignedUnit disputing = exit.Party.Sign(newest.Unit with { Index = 1_000_000, BytesUsed = newest.Unit.BytesUsed + (9 * MB), CounterUnit = newest.Unit.StructHash() });

        // As every provider's units, they are with the pool's channel too.
        SubmitUnitsResult kept = await GrainCluster.Insist(
            () => _rig.Cluster.Grains.Channel(exit.PoolId).SubmitUnits(new UnitBatch { ConsumerUnits = [newest], ProviderUnits = [disputing] }));
        Assert.True(kept.Accepted);
        await _rig.Cluster.Grains.Pool(exit.Address).Report(exit.PoolId, disputing, []);

        Assert.Equal(RouteRefusal.ExitDisputed, (await _rig.Broker.AskAsync(route.Wish)).Refusal);
        await _rig.Cluster.Reaches(exit.PoolId, ChannelPhase.Closing);
        Assert.Equal(RouteRefusal.ExitDisputed, (await _rig.Broker.AskAsync(route.Wish)).Refusal);

        // What would burn the proxy's deposit is for the exit to show, which never comes back.
        _rig.Cluster.Advance(TimeSpan.FromHours(13));
        ChannelView settled = await _rig.Cluster.Reaches(exit.PoolId, ChannelPhase.Settled);
        Assert.Equal(
            (exit.PoolTerms!.Price(newest.Unit.BytesUsed), TokenAmount.Zero), (settled.Settlement!.Paid, settled.Settlement.Burned));
    }

    [Fact]
    public async Task ExitThatClosesOnePoolAfterAnother_HasTwoAtRisk_AndTheLieOnTheFirstIsRemembered()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewRoute(exit);
        await RouteRig.Carry(route, 1 * MB);
        (ChannelId firstId, Terms first) = (exit.PoolId, exit.PoolTerms!);
        await Close();
        RoutePeer second = await _rig.NewRoute(exit);
        await RouteRig.Carry(second, 2 * MB);
        await Close();
        Assert.Equal(RouteRefusal.PoolsUnsettled, (await _rig.Broker.AskAsync(second.Wish)).Refusal);

        // At the last moment, when two pools are on their way, it shows on the first what it never served.
        await exit.Party.Send(_rig.Cluster.Chain, new ChainCall.Challenge(first, exit.Party.Unit(first, 1_000_000, 50 * MB)));
        _rig.Cluster.Advance(TimeSpan.FromHours(13));
        await _rig.Cluster.Reaches(firstId, ChannelPhase.Settled);
        await _rig.Cluster.Reaches(exit.PoolId, ChannelPhase.Settled);
        await exit.Live();
        Assert.Equal(RouteRefusal.ExitDisputed, (await _rig.Broker.AskAsync(second.Wish)).Refusal);
        Assert.Equal(2, exit.Pools.Count);

        async Task Close()
        {
            await exit.Party.Send(_rig.Cluster.Chain, new ChainCall.StartClose(exit.PoolTerms!, exit.Pool!.NewestPeer, null));
            await _rig.Cluster.Reaches(exit.PoolId, ChannelPhase.Closing);
            await Eventually.TrueAsync(
                async () => (await _rig.Cluster.Grains.Pool(exit.Address).View()).Stage == PoolStage.Ended, "the pool to be over");
        }
    }

    [Fact]
    public async Task PromiseThatComesAfterItsLockIsSettled_CountsOnce()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer other = await _rig.NewRoute(exit);
        RoutePeer route = await _rig.NewRoute(exit, capacityBytes: 10 * MB);
        await RouteRig.Carry(route, 10 * MB);
        await route.ReachStep();
        RouteView said = (await route.Grain.View())!;
        var late = new PoolPromise
        {
            PoolId = said.PoolId,
            LockId = route.LockId,
            Tag = said.Tag,
            RouteAddress = route.Wish.RouteKey.ToAddress(),
            PromisedBytes = said.PromisedBytes,
        };
        Assert.Equal(ClosureRefusal.None, (await route.Grain.Close(route.Closure())).Refusal);
        await route.Reaches(ChannelPhase.Settled);
        IPoolGrain pool = _rig.Cluster.Grains.Pool(exit.Address);
        await Eventually.TrueAsync(async () => (await pool.Locks(null, 10)).Length == 1, "the lock's share to become part of the sum");
        ulong before = (await pool.View()).PromisedBytes;

        Assert.Equal(PromiseResult.Ended, await pool.Raise(late));

        Assert.Equal(before, (await pool.View()).PromisedBytes);
        Assert.Equal(1, (await pool.View()).Routes);
        await RouteRig.Carry(other, 1 * MB);
    }

    [Fact]
    public async Task StrangerThatNamesALock_HearsNothingOfIt_UnderWayOrSettled()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewRoute(exit, capacityBytes: 10 * MB);
        var stranger = new RouteListener();
        IRouteObserver reference = _rig.Cluster.Grains.CreateObjectReference<IRouteObserver>(stranger);

        // The exit itself, which must not learn which lock its tag belongs to: the chain tells it all locks and their consumers.
        var units = new UnitBatch
        {
            ConsumerUnits = [exit.Party.Sign(new UsageUnit(route.LockId, 1, 1_000, exit.Address, _rig.Proxy, 1, Bytes32.Zero))],
        };
        Assert.Equal(UnitRefusal.OtherParties, (await GrainCluster.Insist(() => route.Grain.Submit(units, reference))).Refusal);
        await RouteRig.Carry(route, 10 * MB);
        await route.ReachStep();
        Assert.Equal(ClosureRefusal.None, (await route.Grain.Close(route.Closure())).Refusal);
        await route.Reaches(ChannelPhase.Settled);
        Assert.Equal(UnitRefusal.OtherParties, (await GrainCluster.Insist(() => route.Grain.Submit(units, reference))).Refusal);

        Assert.Empty(stranger.Answers);
        Assert.Empty(stranger.Endings);
    }

    [Fact]
    public async Task EarlierPoolThatItsExitLeavesOpen_IsClosedByTheProxy()
    {
        await using RouteRig rig = await RouteRig.Start(options => options.ProxyIdleAge = TimeSpan.FromDays(1));
        ExitPeer exit = await rig.NewExit();
        await rig.UseUp(exit);
        ChannelId first = exit.PoolId;
        rig.Cluster.Advance(TimeSpan.FromDays(2));
        await rig.Cluster.Reaches(first, view => view.ConsumerClosureBytes is not null, "the proxy's closure");

        // The exit signs nothing, and serves another route through another pool.
        await exit.Live();
        RoutePeer second = await rig.NewRoute(exit);
        Assert.NotEqual(first, exit.PoolId);
        await RouteRig.Carry(second, 1 * MB);
        rig.Cluster.Advance(TimeSpan.FromHours(2));

        await rig.Cluster.Reaches(first, ChannelPhase.Closing);
        await rig.Cluster.Reaches(exit.PoolId, ChannelPhase.Active);
    }
}
