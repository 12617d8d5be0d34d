using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Grains.Tests.Reputation;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>Why a proxy takes no route, and that it binds nothing when it takes none.</summary>
public sealed class RouteRefusalTests : IAsyncLifetime
{
    private const ulong MB = RouteRig.MB;

    private RouteRig _rig = null!;

    public async Task InitializeAsync() => _rig = await RouteRig.Start(options => options.ProxyMaxRoutes = 1);

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task ExitNobodyKnows() => Assert.Equal(
        RouteRefusal.UnknownExit,
        (await _rig.Broker.AskAsync(_rig.Wish(_rig.Cluster.NewParty(), exit: null) with { Exit = _rig.Cluster.NewParty().Address })).Refusal);

    [Fact]
    public async Task NoExitThatFits() =>
        Assert.Equal(RouteRefusal.UnknownExit, await Ask(exit: null));

    [Fact]
    public async Task ExitThatDrains()
    {
        ExitPeer exit = await _rig.NewExit();
        await _rig.Cluster.Grains.Provider(exit.Address).Drain(draining: true);

        Assert.Equal(RouteRefusal.Draining, await Ask(exit));
    }

    [Fact]
    public async Task ExitThatIsAway()
    {
        ExitPeer exit = await _rig.NewExit();
        await _rig.Cluster.Grains.Provider(exit.Address).Leave();

        Assert.Equal(RouteRefusal.ExitAway, await Ask(exit));
    }

    [Fact]
    public async Task ExitWithoutSlots()
    {
        ExitPeer exit = await _rig.NewExit(change: offer => offer with { Slots = 1 });
        Party other = _rig.Cluster.NewParty();
        await _rig.Cluster.OpenActive(other, exit.Party, _rig.Cluster.NewTerms(other, exit.Party));
        await Eventually.TrueAsync(async () => (await _rig.Cluster.Grains.Provider(exit.Address).View()).FreeSlots == 0, "the slot to be taken");

        Assert.Equal(RouteRefusal.ExitWithoutSlots, await Ask(exit));
    }

    [Fact]
    public async Task ExitThatDeclines()
    {
        ExitPeer exit = await _rig.NewExit();
        exit.Accepts = false;
        RoutePeer route = await _rig.NewLock(exit);
        TokenAmount before = await _rig.Balance();

        // It is asked only once somebody has paid for that; then who waits hears it, and who asks meanwhile.
        await route.Sign();
        await Eventually.TrueAsync(() => route.Endings.Contains(RouteRefusal.PriceAboveLimit), "the consumer to hear why");
        Assert.Equal(RouteRefusal.PriceAboveLimit, await Ask(exit));

        // The lock is not lost: it ends with nothing used, and nothing was bound for it.
        Assert.Equal(ClosureRefusal.None, (await route.Grain.Close(route.Closure(0))).Refusal);
        ChannelView settled = await route.Reaches(ChannelPhase.Settled);
        Assert.Equal(TokenAmount.Zero, settled.Settlement!.Paid);
        Assert.Equal(before, await _rig.Balance());
    }

    [Fact]
    public async Task ExitThatSaysNothing_IsAskedAgain_ForHalfAMinute()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewLock(exit);
        exit.IsDead = true;
        TestClock clock = _rig.Cluster.Clock;
        clock.Stop();
        int seconds = 0;

        await route.Sign();
        await Eventually.TrueAsync(
            async () =>
            {
                if (clock.IsAwaited)
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    seconds++;
                }

                await exit.Live();
                return route.Endings.Contains(RouteRefusal.ExitAway);
            },
            "the consumer to hear that the exit is away");

        Assert.InRange(seconds, 30, 32);
        Assert.InRange(exit.Asked.Count, 10, 16);
    }

    [Fact]
    public async Task ExitThatCostsMore()
    {
        ExitPeer exit = await _rig.NewExit(pricePerMB: 2_000_001);

        Assert.Equal(RouteRefusal.PriceAboveLimit, await Ask(exit));
    }

    [Fact]
    public async Task ExitThatCostsMoreThanTheProxyRisks_ThoughTheConsumerWouldPayIt()
    {
        const long price = 10_000_000_000_000_001;
        ExitPeer exit = await _rig.NewExit(price);

        Assert.Equal(
            RouteRefusal.PriceAboveLimit,
            (await _rig.Broker.AskAsync(_rig.Wish(_rig.Cluster.NewParty(), exit, maxPricePerMB: long.MaxValue))).Refusal);
    }

    [Fact]
    public async Task CapacityThatIsNoMultipleOfTheStep()
    {
        ExitPeer exit = await _rig.NewExit();

        Assert.Equal(RouteRefusal.CapacityNotInSteps, (await _rig.Broker.AskAsync(_rig.Wish(_rig.Cluster.NewParty(), exit, 15 * MB))).Refusal);
    }

    [Fact]
    public async Task LockTooSmallToBeWatchedOver()
    {
        await using RouteRig rig = await RouteRig.Start(options => options.LeastDeposit = 1_000_000_000);
        ExitPeer exit = await rig.NewExit(pricePerMB: 50_000_000);

        RouteOffer small = await rig.Broker.AskAsync(rig.Wish(rig.Cluster.NewParty(), exit, 10 * MB, maxPricePerMB: 50_000_000));

        Assert.Equal(RouteRefusal.DepositTooSmall, small.Refusal);
    }

    [Fact]
    public async Task PoolTooSmallToBeWatchedOver_IsNeverPlanned()
    {
        await using RouteRig rig = await RouteRig.Start(options => options.LeastDeposit = 1_000_000_000);
        ExitPeer exit = await rig.NewExit(pricePerMB: 50_000_000, change: offer => offer with { MaxCapacityBytes = 10 * MB });

        // The lock's own deposit would do; what is left of the pool's could not be fetched back.
        RouteOffer offer = await rig.Broker.AskAsync(rig.Wish(rig.Cluster.NewParty(), exit, 100 * MB, maxPricePerMB: 50_000_000));

        Assert.Equal(RouteRefusal.CapacityOutsideOffer, offer.Refusal);
    }

    [Fact]
    public async Task ConsumerWithoutTheDeposit()
    {
        ExitPeer exit = await _rig.NewExit();

        Assert.Equal(RouteRefusal.DepositMissing, (await _rig.Broker.AskAsync(_rig.Wish(_rig.Cluster.NewParty(tokens: 0), exit))).Refusal);
    }

    [Fact]
    public async Task MoreRoutesThanTheOperatorTakes()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewRoute(exit);
        await RouteRig.Carry(route, 1 * MB);

        Assert.Equal(RouteRefusal.Busy, await Ask(exit));
    }

    [Fact]
    public async Task PairOfWhichOneBlacklistedTheOther()
    {
        ExitPeer exit = await _rig.NewExit();
        Party consumer = _rig.Cluster.NewParty();
        StatementMaker maker = await StatementMaker.Paid(_rig.Cluster, consumer, exit.Party);
        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByProvider()));

        Assert.Equal(RouteRefusal.Blacklisted, (await _rig.Broker.AskAsync(_rig.Wish(consumer, exit))).Refusal);
        Assert.Equal(RouteRefusal.UnknownExit, (await _rig.Broker.AskAsync(_rig.Wish(consumer, exit: null))).Refusal);
        await _rig.Ask(_rig.Wish(_rig.Cluster.NewParty(), exit));
    }

    [Fact]
    public async Task ProxyWithoutFunds()
    {
        await using RouteRig poor = await RouteRig.Start(tokens: 0);
        ExitPeer exit = await poor.NewExit();

        Assert.Equal(RouteRefusal.LackOfFunds, (await poor.Broker.AskAsync(poor.Wish(poor.Cluster.NewParty(), exit))).Refusal);
        Assert.Empty(exit.Asked);
        Assert.Equal(PoolStage.None, (await poor.Cluster.Grains.Pool(exit.Address).View()).Stage);
    }

    [Fact]
    public async Task OperatorThatIsNoProxy_OrNotRegistered()
    {
        await using RouteRig none = await RouteRig.Start(options => options.Proxy = false);
        Assert.Equal(RouteRefusal.NoProxy, (await none.Broker.AskAsync(none.Wish(none.Cluster.NewParty(), exit: null))).Refusal);

        await using RouteRig unregistered = await RouteRig.Start(isRegistered: false);
        Assert.Equal(RouteRefusal.NoProxy, (await unregistered.Broker.AskAsync(unregistered.Wish(unregistered.Cluster.NewParty(), exit: null))).Refusal);
    }

    private async Task<RouteRefusal> Ask(ExitPeer? exit) => (await _rig.Broker.AskAsync(_rig.Wish(_rig.Cluster.NewParty(), exit))).Refusal;
}
