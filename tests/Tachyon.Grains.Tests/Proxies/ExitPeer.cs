using System.Collections.Concurrent;
using Tachyon.Chain;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>An exit: it accepts pools, serves routes up to their credit, answers units and counts. It can die and come back.</summary>
internal sealed class ExitPeer : IProviderObserver, IPoolObserver
{
    private readonly RouteRig _rig;
    private readonly ConcurrentQueue<object> _inbox = new();
    private readonly IProviderObserver _providerReference;
    private readonly IPoolObserver _poolReference;
    private SignedUnit? _answer;

    internal ExitPeer(RouteRig rig, Party party)
    {
        _rig = rig;
        Party = party;
        _providerReference = rig.Cluster.Grains.CreateObjectReference<IProviderObserver>(this);
        _poolReference = rig.Cluster.Grains.CreateObjectReference<IPoolObserver>(this);
    }

    internal Party Party { get; }

    internal Address Address => Party.Address;

    /// <summary>What it knows of its pool's routes; null before it has one.</summary>
    internal ExitLedger? Ledger { get; private set; }

    /// <summary>The pool's own ledger, which counts all routes together.</summary>
    internal ProviderLedger? Pool { get; private set; }

    internal Terms? PoolTerms { get; private set; }

    internal ChannelId PoolId { get; private set; }

    internal bool IsDead { get; set; }

    /// <summary>Whether it signs acceptances that it is asked for.</summary>
    internal bool Accepts { get; set; } = true;

    /// <summary>The newest unit that the proxy ever signed to it, of each pool, whether or not it took notice.</summary>
    internal ConcurrentDictionary<ChannelId, SignedUnit> Newest { get; } = new();

    /// <summary>The terms of the pools that it served.</summary>
    internal Dictionary<ChannelId, Terms> Pools { get; } = [];

    /// <summary>What that states on its present pool.</summary>
    internal ulong SignedToIt => Newest.TryGetValue(PoolId, out SignedUnit? unit) ? unit.Unit.BytesUsed : 0;

    /// <summary>The terms that it was asked to accept.</summary>
    internal ConcurrentQueue<Terms> Asked { get; } = new();

    private IPoolGrain Grain => _rig.Cluster.Grains.Pool(Address);

    internal Task Announce(ProviderOffer offer) =>
        GrainCluster.Insist(() => _rig.Cluster.Grains.Provider(Address).Announce(offer, _providerReference));

    /// <summary>A sign of life, as after the clocks were set forward.</summary>
    internal Task Live() => GrainCluster.Insist(() => _rig.Cluster.Grains.Provider(Address).Heartbeat(_providerReference));

    /// <summary>Attaches to the pool of a route as soon as it is active, which the route's consumer has opened by signing; after that to whatever is pushed.</summary>
    internal async Task Attach(RoutePeer route)
    {
        Assert.Equal(await LearnPool(), route.Offer.ExitPricePerMB);
        await Eventually.TrueAsync(
            async () =>
            {
                _rig.MineNowAndThen();
                await route.SayNewest();
                return await Reattach();
            },
            "the pool to be active");
    }

    /// <summary>Takes up the pool as the proxy plans it; its price.</summary>
    internal async Task<TokenAmount> LearnPool()
    {
        Terms terms = (await GrainCluster.Insist(() => Grain.View())).Terms!;
        Assert.Equal(_rig.Proxy, terms.Consumer);
        if (terms != PoolTerms)
        {
            PoolTerms = terms;
            PoolId = terms.ChannelId(_rig.Cluster.Chain.Domain);
            Pools[PoolId] = terms;
            Pool = new ProviderLedger(terms, _rig.Cluster.Chain.Domain, Party.Signer, new SignatureVerifier());
            Ledger = new ExitLedger(terms, _rig.Cluster.Chain.Domain, Party.Signer, new SignatureVerifier());
        }

        return terms.PricePerMB;
    }

    /// <summary>Says that it is there, as after a reconnection; false where the pool is not open.</summary>
    internal async Task<bool> Reattach()
    {
        IsDead = false;
        return await GrainCluster.Patiently<object>(async () => await Grain.Attach(PoolId, _poolReference, everything: true) ? this : null) is not null;
    }

    /// <summary>Says that it leaves.</summary>
    internal Task Detach() => Grain.Detach(_poolReference);

    /// <summary>What was pushed is lost on its way.</summary>
    internal void Lose() => _inbox.Clear();

    /// <summary>States more of a route than it was let, as a cheat does; the proxy's answer.</summary>
    internal async Task<CountRefusal?> Overstate(RoutePeer route)
    {
        if (Ledger?.Find(route.Tag) is not { } known)
        {
            return null;
        }

        var count = new TagCount(PoolId, route.Tag, (known.Newest?.Count.Index ?? 0) + 1_000, 1_000_000 * RouteRig.MB, _rig.NowMs);
        PoolReportResult? result = await GrainCluster.Patiently<PoolReportResult>(async () => await Grain.Report(PoolId, null,
        [
            new TagCountEntry
            {
                Tag = count.Tag,
                Index = count.Index,
                BytesUsed = count.BytesUsed,
                TimestampMs = count.TimestampMs,
                Signature = Party.Signer.Sign(count, _rig.Cluster.Chain.Domain),
            },
        ]));
        return result is { IsKnown: true } ? result.Counts[0] : null;
    }

    /// <summary>Takes what was pushed, and answers the newest unit.</summary>
    internal async Task Answer()
    {
        if (IsDead || Ledger is null)
        {
            _inbox.Clear();
            return;
        }

        // It believes its own endpoint about the capacity.
        Pool!.RaiseCapacity((await _rig.Cluster.Chain.GetChannelAsync(PoolId, ReadAt.Final)).CapacityBytes);
        while (_inbox.TryDequeue(out object? pushed))
        {
            switch (pushed)
            {
                case SignedUnit unit when unit.Unit.ChannelId == PoolId:
                    PeerUnitOutcome outcome = Pool.Receive(unit, _rig.NowMs);
                    Assert.NotEqual(PeerUnitKind.Disputed, outcome.Kind);
                    _answer = outcome.Answer ?? _answer;
                    break;
                case (ChannelId poolId, TagCreditEntry credit) when poolId == PoolId:
                    Ledger.Admit(credit.Tag, credit.RouteAddress);
                    Ledger.TakeCredit(new SignedTagCredit(new TagCredit(PoolId, credit.Tag, credit.BytesUsed), credit.Signature), out SignatureFault fault);
                    Assert.Equal(SignatureFault.None, fault);
                    break;
                default:
                    break;
            }
        }

        if (_answer is { } answer
            && await GrainCluster.Patiently<PoolReportResult>(async () => await Grain.Report(PoolId, answer, [])) is { } result)
        {
            Assert.True(!result.IsKnown || result.Unit is UnitRefusal.None or UnitRefusal.WrongPhase, $"the answer was refused: {result.Unit}");
            _answer = null;
        }
    }

    /// <summary>Reports what it counted of a route; again while nobody has acknowledged it.</summary>
    internal async Task Count(RoutePeer route)
    {
        if (IsDead || Ledger is null || (Ledger.PollCount(route.Tag, isWanted: true, _rig.NowMs)?.Count ?? Ledger.Find(route.Tag)?.Newest) is not { } signed)
        {
            return;
        }

        if (signed.Count.BytesUsed <= route.AcknowledgedBytes)
        {
            return;
        }

        TagCount count = signed.Count;
        PoolReportResult? result = await GrainCluster.Patiently<PoolReportResult>(async () => await Grain.Report(PoolId, null,
        [
            new TagCountEntry { Tag = count.Tag, Index = count.Index, BytesUsed = count.BytesUsed, TimestampMs = count.TimestampMs, Signature = signed.Signature },
        ]));
        if (result is { IsKnown: true, Counts: [CountRefusal.None] })
        {
            route.AcknowledgedBytes = count.BytesUsed;
        }
    }

    /// <summary>Closes its pool on chain and claims more than it served: it gains nothing by it, and a checkpoint of the proxy's deposit is burned.</summary>
    internal Task CloseOverstated(ulong bytes)
    {
        SignedUnit overstated = Party.Unit(PoolTerms!, 1_000_000, bytes);
        return Party.Send(_rig.Cluster.Chain, new ChainCall.StartClose(PoolTerms!, Newest.GetValueOrDefault(PoolId), overstated));
    }

    /// <summary>Whether it may serve a payload of a route, which is counted then.</summary>
    internal bool TryServe(Bytes32 tag, int payloadBytes)
    {
        if (IsDead || Ledger is null || Ledger.AllowedBytes(tag) < (ulong)payloadBytes
            || Pool!.TryForward(payloadBytes, _rig.NowMs) != PayloadDecision.Forward)
        {
            return false;
        }

        Ledger.Count(tag, payloadBytes, _rig.NowMs);
        return true;
    }

    /// <summary>Claims on chain what the proxy's newest unit pays.</summary>
    internal Task Claim() => Party.Send(_rig.Cluster.Chain, new ChainCall.Claim(PoolTerms!, Pool!.NewestPeer!));

    public Task ChannelOffered(ChannelView view, RelayRefusal advice)
    {
        if (!IsDead && advice == RelayRefusal.None)
        {
            SignedPermission confirm = Party.Confirm(view.ChannelId, _rig.Cluster.Clock.NowSeconds + 600);
            _ = Task.Run(() => GrainCluster.Patiently<RelayResult>(async () => await _rig.Cluster.Grains.Provider(Address).Confirm(confirm)));
        }

        return Task.CompletedTask;
    }

    public Task AcceptanceAsked(Terms terms, ulong expirySeconds)
    {
        Asked.Enqueue(terms);
        if (!IsDead)
        {
            AcceptanceAnswer answer = Party.Accept(terms.ChannelId(_rig.Cluster.Chain.Domain), expirySeconds);
            answer = Accepts ? answer : answer with { Signature = null, Refusal = RelayRefusal.PriceBelowFloor };
            _ = Task.Run(() => GrainCluster.Patiently<object>(async () => await _rig.Cluster.Grains.Provider(Address).AnswerAcceptance(answer)));
        }

        return Task.CompletedTask;
    }

    public Task ProviderChannelChanged(ChannelView view) => Task.CompletedTask;

    public Task CloseAsked(ChannelId channel) => Task.CompletedTask;

    public Task PoolUnit(SignedUnit unit)
    {
        Newest.AddOrUpdate(unit.Unit.ChannelId, unit, (_, known) => UnitOrder.Newest(known, unit)!);
        return Take(unit);
    }

    public Task RouteCredits(ChannelId poolId, SignedUnit? unit, TagCreditEntry[] routes)
    {
        if (unit is not null)
        {
            PoolUnit(unit);
        }

        foreach (TagCreditEntry credit in poolId == PoolId ? routes : [])
        {
            Take((poolId, credit));
        }

        return Task.CompletedTask;
    }

    public Task RoutesEnded(ChannelId poolId, Bytes32[] tags)
    {
        foreach (Bytes32 tag in tags)
        {
            Ended.Enqueue(tag);
        }

        return Task.CompletedTask;
    }

    /// <summary>The routes that it was told are over.</summary>
    internal ConcurrentQueue<Bytes32> Ended { get; } = new();

    private Task Take(object pushed)
    {
        _inbox.Enqueue(pushed);
        return Task.CompletedTask;
    }
}
