using Tachyon.Chain;
using Tachyon.Chain.Simulation;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>One exit and two routes, and what must be true of them.</summary>
internal sealed class RouteMachineRun(RouteRig rig)
{
    /// <summary>How deep a block lies before it is final.</summary>
    internal const int FinalityDepth = 2;

    private static readonly string[] Kinds = ["channel", "proxy", "pool", "pool-0"];

    private readonly Dictionary<RoutePeer, SignedUnit> _first = [];
    private readonly List<PoolPromise> _promises = [];
    private readonly Dictionary<RoutePeer, ulong> _offered = [];
    private ExitPeer _exit = null!;
    private ExitPeer _unpaid = null!;
    private RoutePeer[] _routes = [];
    private bool _wasKilled;

    public async Task Begin()
    {
        rig.SetClock();
        _exit = await rig.NewExit();
        _unpaid = await rig.NewExit();
        _routes = [await rig.NewRoute(_exit, 30 * RouteRig.MB), await rig.NewRoute(_exit, 30 * RouteRig.MB)];
    }

    public async Task Take(RouteStep step, int size)
    {
        RoutePeer route = _routes[size % 2];
        switch (step)
        {
            case RouteStep.Use:
                Use(route, size);
                break;
            case RouteStep.Exchange or RouteStep.ExchangeAgain:
                Use(route, size);
                await RouteRig.Exchange(route);
                break;
            case RouteStep.Sign:
                await route.Sign();
                break;
            case RouteStep.Replay when _first.TryGetValue(route, out SignedUnit? first):
                await route.Submit(first);
                break;
            case RouteStep.Answer:
                await _exit.Answer();
                break;
            case RouteStep.Count:
                await _exit.Count(route);
                route.TakeAnswers();
                break;
            case RouteStep.Lose:
                _exit.Lose();
                break;
            case RouteStep.FailBeforeWriting:
                rig.Cluster.Faults.FailBeforeWriting(Kinds[size % Kinds.Length]);
                break;
            case RouteStep.FailAfterWriting:
                rig.Cluster.Faults.FailAfterWriting(Kinds[size % Kinds.Length]);
                break;
            case RouteStep.Reorganise:
                rig.Cluster.Chain.Reorganise(1 + (size % FinalityDepth));
                rig.Cluster.Chain.Mine();
                break;
            case RouteStep.KillSilo when !_wasKilled && size > 20:
                _wasKilled = true;
                await rig.Cluster.KillAllSilos();
                await _exit.Reattach();
                break;
            case RouteStep.ExitDies:
                _exit.IsDead = true;
                break;
            case RouteStep.ExitReturns:
                await _exit.Reattach();
                break;
            case RouteStep.ExitCheats:
                Assert.NotEqual(CountRefusal.None, await _exit.Overstate(route) ?? CountRefusal.UnknownTag);
                break;
            case RouteStep.ExitClaims when await IsActive(_exit.PoolId) && _exit.Newest.ContainsKey(_exit.PoolId):
                await ShowUnit(_exit.PoolId);
                break;
            case RouteStep.ExitCloses when size > 36 && await IsActive(_exit.PoolId):
                await _exit.Party.Send(rig.Cluster.Chain, new ChainCall.StartClose(_exit.PoolTerms!, _exit.Pool!.NewestPeer, null));
                break;
            case RouteStep.ConsumerVanishes:
                route.IsGone = true;
                break;
            case RouteStep.ConsumerReturns:
                route.IsGone = false;
                break;
            case RouteStep.ConsumerCloses when size > 30 && route.Ledger.NewestOwn is not null && route.Ledger.IsAtStep:
                await GrainCluster.Patiently<object>(async () => await route.Grain.Close(route.Closure()));
                break;
            case RouteStep.ConsumerAsksForLess when size > 30:
                await AskForLess(route, signsToo: size % 4 < 2);
                break;
            case RouteStep.ConsumerCheats when size > 34 && _first.TryGetValue(route, out SignedUnit? old) && await IsActive(route.LockId):
                await route.Consumer.Send(rig.Cluster.Chain, new ChainCall.StartClose(route.Offer.Terms!, old, null));
                break;
            case RouteStep.ConsumerAsksAgain:
                await GrainCluster.Patiently<object>(async () => await rig.Broker.AskAsync(route.Wish));
                await _exit.LearnPool();
                await route.SayNewest();
                break;
            case RouteStep.StrangerAsks:
                await GrainCluster.Patiently<object>(async () => await rig.Broker.AskAsync(rig.Wish(rig.Cluster.NewParty(), _unpaid)));
                break;
            case RouteStep.PromiseComesLate when _promises.Count > 0:
                await GrainCluster.Insist(() => rig.Cluster.Grains.Pool(_exit.Address).Raise(_promises[size % _promises.Count]));
                break;
            case RouteStep.ExitOverstates when size > 36 && _exit.Newest.ContainsKey(_exit.PoolId) && await IsActive(_exit.PoolId):
                await _exit.CloseOverstated(_exit.PoolTerms!.CapacityBytes);
                break;
            default:
                break;
        }

        await Remember(route);
        if (!_first.ContainsKey(route) && route.Ledger.NewestOwn is { } signed)
        {
            _first[route] = signed;
        }
    }

    /// <summary>What the proxy signs then holds for good, whether or not the consumer ever signs the same.</summary>
    private async Task AskForLess(RoutePeer route, bool signsToo)
    {
        ulong step = RouteSteps.RoundUp(route.UsedBytes, RouteRig.StepBytes, route.Offer.Terms!.CapacityBytes);
        SubmitClosureResult? result = await GrainCluster.Patiently<SubmitClosureResult>(
            async () => await route.Grain.SignClosure(route.Consumer.Address, step));
        if (result is not { Accepted: true, Counterpart: { } signed })
        {
            return;
        }

        Assert.True(signed.Closure.BytesUsed == _offered.GetValueOrDefault(route, signed.Closure.BytesUsed), "the proxy signed two counts");
        _offered[route] = signed.Closure.BytesUsed;
        if (signsToo)
        {
            await GrainCluster.Patiently<object>(
                async () => await route.Grain.Close(route.SameAs(signed)));
        }
    }

    private async Task Remember(RoutePeer route)
    {
        RouteView said = await GrainCluster.Insist<RouteView>(async () => (await route.Grain.View())!);
        if (said.PromisedBytes > 0)
        {
            _promises.Add(new PoolPromise
            {
                PoolId = said.PoolId,
                LockId = route.LockId,
                Tag = said.Tag,
                RouteAddress = route.Wish.RouteKey.ToAddress(),
                PromisedBytes = said.PromisedBytes,
            });
        }
    }

    /// <summary>What could be collected at this moment, by what is durable, is worth at least what was ever signed downstream.</summary>
    public async Task AssertCovered()
    {
        ulong collectable = 0;
        TokenAmount brings = TokenAmount.Zero;
        foreach (RoutePeer route in _routes)
        {
            ChannelEvidence evidence = await GrainCluster.Insist(() => rig.Cluster.Grains.Channel(route.LockId).Evidence());
            RouteView view = (await GrainCluster.Insist<RouteView>(async () => (await route.Grain.View())!))!;
            ulong signed = Math.Min(evidence.ConsumerUnit?.Unit.BytesUsed ?? 0, route.Offer.Terms!.CapacityBytes);
            Assert.True(
                view.PromisedBytes <= route.SignedBytes, $"{view.PromisedBytes} bytes bound by a promise of {route.SignedBytes} that were ever signed");
            Assert.True(view.PromisedBytes <= _offered.GetValueOrDefault(route, ulong.MaxValue), "more is promised than the proxy closes at");
            collectable += signed;
            brings += route.Offer.Terms.Price(signed);
        }

        // A write that failed may have left a promise without the unit that it rests on. The pool has heard of none such.
        PoolView pool = await GrainCluster.Insist(() => rig.Cluster.Grains.Pool(_exit.Address).View());
        Assert.True(pool.PromisedBytes <= collectable, $"{pool.PromisedBytes} promised to the pool, {collectable} can be collected");
        ulong downstream = _exit.Newest.Values.Aggregate(0UL, (sum, unit) => sum + unit.Unit.BytesUsed);
        Assert.True(downstream <= collectable, $"{downstream} signed downstream, {collectable} can be collected");
        Assert.True(Cost() <= brings, "what was signed downstream costs more than can be collected");
    }

    /// <summary>The exit collects all that it was ever signed, the consumers are gone, and everything is settled.</summary>
    public async Task Finish()
    {
        foreach (ChannelId pool in _exit.Newest.Keys)
        {
            await ShowUnit(pool);
        }

        foreach (RoutePeer route in _routes)
        {
            route.IsGone = true;
        }

        // Nobody uses the locks any more: the proxy closes those that owe it something, and collects.
        rig.Cluster.Advance(TimeSpan.FromHours(3));
        rig.Cluster.Chain.Mine(FinalityDepth + 1);
        TokenAmount income = TokenAmount.Zero;
        foreach (RoutePeer route in _routes)
        {
            income += await Collected(route);
        }

        // All that is said a second time after the end of it.
        foreach (PoolPromise promise in _promises)
        {
            await GrainCluster.Insist(() => rig.Cluster.Grains.Pool(_exit.Address).Raise(promise));
        }

        await AssertCovered();
        Assert.Empty(_unpaid.Asked);
        Assert.NotEqual(PoolStage.Opening, (await GrainCluster.Insist(() => rig.Cluster.Grains.Pool(_unpaid.Address).View())).Stage);
        await AssertLiesWereTheLast();

        TokenAmount cost = TokenAmount.Zero;
        foreach ((ChannelId pool, Terms terms) in _exit.Pools)
        {
            cost += terms.Price((await rig.Cluster.Chain.GetChannelAsync(pool, ReadAt.Latest)).ConsumerBytes);
        }

        // 110 in for 100 out; rounding costs at most one base unit per lock.
        Assert.True(
            income.BaseUnits + _routes.Length >= cost.BaseUnits * 110 / 100,
            $"{income.BaseUnits} came in, {cost.BaseUnits} went out");
    }

    /// <summary>A lie, if the blocks that held it stayed, costs a checkpoint of each pool that was open by then, and there is no other pool.</summary>
    private async Task AssertLiesWereTheLast()
    {
        bool hasLied = false;
        foreach ((ChannelId pool, Terms terms) in _exit.Pools)
        {
            Chain.ChannelView seen = await rig.Cluster.Chain.GetChannelAsync(pool, ReadAt.Final);
            hasLied |= seen.ProviderBytes > seen.ConsumerBytes + ProtocolConstants.CheckpointBytes;
            ChannelView? view = await GrainCluster.Patiently(() => rig.Cluster.Grains.Channel(pool).View());
            Assert.True((view?.Settlement?.Burned ?? TokenAmount.Zero) <= terms.Price(ProtocolConstants.CheckpointBytes), "more than a checkpoint was burned");
        }

        if (hasLied)
        {
            await _exit.Live();
            await Eventually.TrueAsync(
                async () => await GrainCluster.Patiently<RouteOffer>(async () => await rig.Broker.AskAsync(rig.Wish(rig.Cluster.NewParty(), _exit)))
                    is { Refusal: RouteRefusal.ExitDisputed or RouteRefusal.PoolsUnsettled },
                "the exit to get no other pool");
        }
    }

    private async Task<TokenAmount> Collected(RoutePeer route)
    {
        ulong signed = (await GrainCluster.Insist(() => rig.Cluster.Grains.Channel(route.LockId).Evidence())).ConsumerUnit?.Unit.BytesUsed ?? 0;
        if (signed == 0)
        {
            return TokenAmount.Zero;
        }

        bool wasAdvanced = false;
        int polls = 0;
        ChannelView ended = await Eventually.ValueAsync(
            async () =>
            {
                ChannelView? view = await GrainCluster.Patiently(() => rig.Cluster.Grains.Channel(route.LockId).View());
                if (view is { Phase: ChannelPhase.Closing } && !wasAdvanced)
                {
                    wasAdvanced = true;
                    rig.Cluster.Advance(TimeSpan.FromHours(13));
                }

                if (view is { Phase: ChannelPhase.Active })
                {
                    if (!await IsOwed(route, view))
                    {
                        return view;
                    }

                    // What was promised only after the proxy had looked, it collects when it looks again.
                    polls++;
                    rig.Cluster.Advance(polls % 50 == 0 ? TimeSpan.FromMinutes(61) : TimeSpan.Zero);
                }

                rig.MineNowAndThen();
                return view is { Phase: ChannelPhase.Settled } ? view : null;
            },
            $"lock {route.LockId} to be settled");
        return ended.Settlement?.Paid ?? route.Offer.Terms!.Price(ended.PaidBytes);
    }

    /// <summary>A consumer that is gone is asked for what was promised on its lock, and for nothing else.</summary>
    private static async Task<bool> IsOwed(RoutePeer route, ChannelView view) =>
        (await GrainCluster.Patiently<RouteView>(async () => await route.Grain.View()))?.PromisedBytes is not { } promised || promised > view.PaidBytes;

    private TokenAmount Cost() => _exit.Newest.Aggregate(
        TokenAmount.Zero, (sum, newest) => sum + _exit.Pools[newest.Key].Price(newest.Value.Unit.BytesUsed));

    private static void Use(RoutePeer route, int size)
    {
        for (int i = 0; i < size * 3 && route.Use(16_000); i++)
        {
        }
    }

    /// <summary>The exit has what it was signed paid out, or shown where its pool closes.</summary>
    private async Task ShowUnit(ChannelId pool)
    {
        Chain.ChannelView seen = await rig.Cluster.Chain.GetChannelAsync(pool, ReadAt.Latest);
        SignedUnit unit = _exit.Newest[pool];
        if (unit.Unit.BytesUsed <= seen.ConsumerBytes)
        {
            return;
        }

        Terms terms = _exit.Pools[pool];
        ChainCall? call = seen.Status switch
        {
            ChannelStatus.Active => new ChainCall.Claim(terms, unit),
            ChannelStatus.Closing => new ChainCall.Challenge(terms, unit),
            _ => null,
        };
        await (call is null ? Task.CompletedTask : _exit.Party.Send(rig.Cluster.Chain, call));
    }

    private async Task<bool> IsActive(ChannelId channel) =>
        (await rig.Cluster.Chain.GetChannelAsync(channel, ReadAt.Latest)).Status == ChannelStatus.Active;
}
