using System.Numerics;
using Tachyon.Chain;
using Tachyon.Grains.Channels;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>How locks end: the proxy collects at least what it promised, and shows steps wherever it can.</summary>
public sealed class LockClosingTests : IAsyncLifetime
{
    private const ulong MB = RouteRig.MB;

    private RouteRig _rig = null!;

    public async Task InitializeAsync() => _rig = await RouteRig.Start(options => options.ProxyIdleAge = TimeSpan.FromDays(3));

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Closure_IsSignedAtARouteStepAlone_AndNeverBelowWhatWasPromised()
    {
        RoutePeer route = await _rig.NewRoute(await _rig.NewExit());
        await RouteRig.Carry(route, 12 * MB);

        Assert.Equal(ClosureRefusal.BelowPromised, (await route.Grain.Close(route.Closure(10 * MB))).Refusal);
        Assert.Equal(ClosureRefusal.NotARouteStep, (await route.Grain.Close(route.Closure(19 * MB))).Refusal);
        await route.ReachStep();
        Assert.Equal(ClosureRefusal.None, (await route.Grain.Close(route.Closure())).Refusal);

        ChannelView settled = await route.Reaches(ChannelPhase.Settled);
        Assert.Equal(20 * MB, settled.Settlement!.SettledBytes);
        Assert.True((await route.Grain.View())!.PromisedBytes <= 20 * MB);
    }

    [Fact]
    public async Task AfterItsClosure_TheProxyPromisesNothingMore()
    {
        RoutePeer route = await _rig.NewRoute(await _rig.NewExit());
        await RouteRig.Carry(route, 8 * MB);
        await route.ReachStep();
        ulong promised = (await route.Grain.View())!.PromisedBytes;
        await route.Grain.Close(route.Closure());

        await route.Submit(route.Consumer.Sign(route.Ledger.NewestOwn!.Unit with { Index = route.Ledger.NewestOwn.Unit.Index + 1, BytesUsed = 20 * MB }));

        RouteView view = (await route.Grain.View())!;
        Assert.Equal(promised, view.PromisedBytes);
        Assert.True(view.IsEnding);
    }

    [Fact]
    public async Task ConsumerThatClosesWithAnOldUnit_PaysForAllThatItSigned()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewRoute(exit);
        await RouteRig.Carry(route, 1 * MB);
        SignedUnit old = route.Ledger.NewestOwn!;
        await RouteRig.Carry(route, 17 * MB);
        await route.Consumer.Send(_rig.Cluster.Chain, new ChainCall.StartClose(route.Offer.Terms!, old, null));

        await route.Reaches(ChannelPhase.Closing);
        await _rig.Cluster.Reaches(route.LockId, view => view.Operations.Any(open => open.Kind == IntentKind.Challenge), "the challenge");
        await Eventually.TrueAsync(() => exit.Ended.Contains(route.Tag), "the exit to hear that the route is over");
        ulong promised = (await route.Grain.View())!.PromisedBytes;
        _rig.Cluster.Advance(TimeSpan.FromHours(13));
        ChannelView settled = await route.Reaches(ChannelPhase.Settled);

        Assert.Equal(route.SignedBytes, settled.Settlement!.SettledBytes);
        Assert.True(settled.Settlement.Paid >= exit.PoolTerms!.Price(promised), "the proxy collected less than it promised");
        await RouteRig.Exchange(route);
        Assert.Equal(promised, (await route.Grain.View())!.PromisedBytes);
    }

    [Fact]
    public async Task LockThatNobodyUses_IsClosedByTheProxy_WhichCollectsWhatWasSigned()
    {
        RoutePeer route = await _rig.NewRoute(await _rig.NewExit());
        await RouteRig.Carry(route, 7 * MB);
        route.IsGone = true;

        _rig.Cluster.Advance(TimeSpan.FromDays(4));
        await route.Reaches(ChannelPhase.Closing);
        _rig.Cluster.Advance(TimeSpan.FromHours(13));
        ChannelView settled = await route.Reaches(ChannelPhase.Settled);

        Assert.Equal(route.SignedBytes, settled.Settlement!.SettledBytes);
        Assert.Equal(route.Offer.Terms!.Price(route.SignedBytes), settled.Settlement.Paid);
        Assert.Equal(TokenAmount.Zero, settled.Settlement.Burned);
    }

    [Fact]
    public void Claims_ShowRouteStepsAlone()
    {
        Party consumer = _rig.Cluster.NewParty();
        var terms = new Terms(consumer.Address, _rig.Proxy, 100 * MB, new TokenAmount(BigInteger.Pow(10, 12)), 0, ChannelKind.Lock, Keccak256.HashText("claims"));
        SignedUnit newest = consumer.Unit(terms, 2, 27 * MB);
        var record = new ChannelRecord
        {
            Terms = terms,
            Phase = ChannelPhase.Active,
            CapacityBytes = terms.CapacityBytes,
            Evidence = new ChannelEvidence { ConsumerUnit = newest },
        };

        Assert.Null(ClaimPolicy.Due(record, TokenAmount.Zero));
        Assert.Equal(20 * MB, ClaimPolicy.Due(record with { StepUnit = consumer.Unit(terms, 1, 20 * MB) }, TokenAmount.Zero)!.ConsumerUnit!.Unit.BytesUsed);
    }

    [Fact]
    public async Task Lock_KeepsItsNewestStep_BesideItsNewestUnit()
    {
        RoutePeer route = await _rig.NewRoute(await _rig.NewExit());
        await RouteRig.Carry(route, 24 * MB);

        IntentView[] open = await _rig.Cluster.Grains.Channel(route.LockId).ActNow(claim: true);
        Assert.Contains(open, operation => operation.Kind == IntentKind.Claim);

        ChannelView claimed = await _rig.Cluster.Reaches(route.LockId, view => view.PaidBytes > 0, "the claim");
        Assert.Equal(20 * MB, claimed.PaidBytes);
    }
}
