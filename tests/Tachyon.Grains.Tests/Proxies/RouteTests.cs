using Tachyon.Chain;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>Whole routes, from the request to the tokens, against real grains and the simulated chain.</summary>
public sealed class RouteTests : IAsyncLifetime
{
    private const ulong MB = RouteRig.MB;

    private RouteRig _rig = null!;

    public async Task InitializeAsync() => _rig = await RouteRig.Start();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Route_ThatBothEnd_Brings110_Pays100_AndTheProxyKeeps10()
    {
        TokenAmount before = await _rig.Balance();
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewRoute(exit, capacityBytes: 20 * MB);
        Terms pool = exit.PoolTerms!;
        TokenAmount deposited = pool.Deposit(pool.CapacityBytes);
        Assert.Equal(before - deposited, await _rig.Balance());

        await RouteRig.Carry(route, 20 * MB);
        await Eventually.TrueAsync(
            async () =>
            {
                await RouteRig.Exchange(route);
                return route.Ledger.NewestPeer?.Unit.BytesUsed == 20 * MB;
            },
            "the proxy to sign for all of it");

        SubmitClosureResult closed = await route.Grain.Close(route.Closure());
        Assert.Equal(ClosureRefusal.None, closed.Refusal);
        Assert.NotNull(closed.Counterpart);
        ChannelView settled = await route.Reaches(ChannelPhase.Settled);
        await exit.Claim();

        TokenAmount paid = pool.Price(20 * MB);
        Assert.Equal(20 * MB, settled.Settlement!.SettledBytes);
        Assert.Equal(route.Offer.Terms!.Price(20 * MB), settled.Settlement.Paid);
        Assert.Equal(paid.BaseUnits * 110 / 100, settled.Settlement.Paid.BaseUnits);
        Assert.Equal(TokenAmount.Zero, settled.Settlement.Burned);

        // The pool's deposit is still bound, less what was paid of it.
        Assert.Equal(before.BaseUnits - deposited.BaseUnits + (paid.BaseUnits * 110 / 100), (await _rig.Balance()).BaseUnits);
        Assert.Equal(paid, (await _rig.Cluster.Reaches(exit.PoolId, view => view.PaidBytes == 20 * MB, "the claim")).Paid);
        await Eventually.TrueAsync(() => exit.Ended.Contains(route.Tag), "the exit to hear that the route is over");
        await Eventually.TrueAsync(async () => (await _rig.Cluster.Grains.Pool(exit.Address).View()).Routes == 0, "the route to leave the pool");
    }

    [Fact]
    public async Task SecondRoute_SharesThePool_AndItsSlot()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer first = await _rig.NewRoute(exit);
        RoutePeer second = await _rig.NewRoute(exit);

        await Task.WhenAll(RouteRig.Carry(first, 2 * MB), RouteRig.Carry(second, 3 * MB));

        Assert.Single(exit.Asked);
        Assert.Single((await _rig.Cluster.Grains.Provider(exit.Address).View()).ActiveChannels);
        PoolView pool = await _rig.Cluster.Grains.Pool(exit.Address).View();
        Assert.Equal(2, pool.Routes);
        Assert.True(pool.SignedBytes >= 5 * MB && pool.SignedBytes <= pool.PromisedBytes, $"signed {pool.SignedBytes} of {pool.PromisedBytes}");
    }

    [Fact]
    public async Task ConsumerThatStopsSigning_StallsItsOwnRouteAlone()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer stalled = await _rig.NewRoute(exit);
        RoutePeer other = await _rig.NewRoute(exit);
        await RouteRig.Carry(stalled, 1 * MB);
        stalled.IsGone = true;

        await RouteRig.Carry(other, 30 * MB);

        ExitRoute known = exit.Ledger!.Find(stalled.Tag)!.Value;
        Assert.True(known.CreditBytes <= stalled.SignedBytes, "the exit was let more than the consumer signed");
        Assert.False(exit.TryServe(stalled.Tag, (int)(known.CreditBytes - known.CountBytes) + 1));
    }

    [Fact]
    public async Task SameRequestAgain_GivesTheSameLockAndTag_WithAFreshAcceptance()
    {
        ExitPeer exit = await _rig.NewExit();
        RouteWish wish = _rig.Wish(_rig.Cluster.NewParty(), exit);
        RouteOffer first = await _rig.Ask(wish);
        _rig.Cluster.Clock.Advance(TimeSpan.FromSeconds(5));

        RouteOffer again = await _rig.Ask(wish);

        Assert.Equal(first.Terms, again.Terms);
        Assert.Equal(first.Grant!.Tag, again.Grant!.Tag);
        Assert.True(again.Grant.ExpirySeconds > first.Grant.ExpirySeconds);
        Assert.Equal(RouteTag.Of(wish.Consumer, again.Grant.TagTimestampMs, again.Grant.TagRandom, wish.RouteKey), again.Grant.Tag);

        using var otherKey = new KeySigner(Keccak256.HashText("another route key").ToArray());
        RouteOffer taken = await _rig.Broker.AskAsync(wish with { RouteKey = otherKey.PublicKey });
        Assert.Equal(RouteRefusal.SaltUsed, taken.Refusal);
    }

    [Fact]
    public async Task WithoutANamedExit_TheClosestThatFitsIsTaken_AlsoOneWithoutSlotsThatHasAPool()
    {
        ExitPeer one = await _rig.NewExit();
        ExitPeer other = await _rig.NewExit();
        ExitPeer dear = await _rig.NewExit(pricePerMB: 5_000_000);
        Party consumer = _rig.Cluster.NewParty();
        Address closest = new[] { one.Address, other.Address }.OrderBy(exit => exit ^ consumer.Address).First();

        RouteOffer offer = await _rig.Ask(_rig.Wish(consumer, exit: null));
        Assert.Equal(closest, offer.Exit);

        RouteOffer excluded = await _rig.Ask(_rig.Wish(consumer, exit: null) with { Excluded = [closest] });
        Assert.Equal(closest == one.Address ? other.Address : one.Address, excluded.Exit);
        Assert.DoesNotContain(dear.Asked, _ => true);
    }

    [Fact]
    public async Task Route_GoesOn_AfterEverySiloWasKilled()
    {
        ExitPeer exit = await _rig.NewExit();
        RoutePeer route = await _rig.NewRoute(exit);
        await RouteRig.Carry(route, 3 * MB);
        ulong signed = exit.SignedToIt;

        await _rig.Cluster.KillAllSilos();
        await Eventually.TrueAsync(exit.Reattach, "the exit to be attached again");
        await RouteRig.Carry(route, 9 * MB);

        Assert.True(exit.SignedToIt > signed);
        RouteView view = (await route.Grain.View())!;
        Assert.True(exit.SignedToIt <= view.PromisedBytes && view.PromisedBytes <= view.SignedBytes);
    }
}
