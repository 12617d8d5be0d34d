using System.Collections.Concurrent;
using Tachyon.Chain;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Evidence;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>The consumer of one route: it opens the lock, uses the exit, signs towards the proxy. It can vanish.</summary>
internal sealed class RoutePeer
{
    private readonly RouteRig _rig;
    private readonly RouteListener _listener = new();
    private readonly IRouteObserver _reference;

    internal RoutePeer(RouteRig rig, ExitPeer exit, Party consumer, RouteWish wish, RouteOffer offer)
    {
        _rig = rig;
        Exit = exit;
        Consumer = consumer;
        Wish = wish;
        Offer = offer;
        LockId = offer.Terms!.ChannelId(rig.Cluster.Chain.Domain);
        Ledger = new ConsumerLedger(offer.Terms, rig.Cluster.Chain.Domain, consumer.Signer, new SignatureVerifier()) { RouteStepBytes = RouteRig.StepBytes };
        _reference = rig.Cluster.Grains.CreateObjectReference<IRouteObserver>(_listener);
    }

    internal ExitPeer Exit { get; }

    internal Party Consumer { get; }

    internal RouteWish Wish { get; }

    internal RouteOffer Offer { get; }

    internal ConsumerLedger Ledger { get; }

    internal ChannelId LockId { get; }

    internal Bytes32 Tag => Offer.Grant!.Tag;

    internal ulong UsedBytes { get; private set; }

    /// <summary>What the proxy acknowledged of the exit's counts; kept by the exit.</summary>
    internal ulong AcknowledgedBytes { get; set; }

    /// <summary>The greatest count that it signed and handed in.</summary>
    internal ulong SignedBytes { get; private set; }

    internal ConcurrentQueue<RouteRefusal> Endings => _listener.Endings;

    internal bool IsGone { get; set; }

    internal IProxyGrain Grain => _rig.Cluster.Grains.Proxy(LockId);

    internal Task<ChannelView> Reaches(ChannelPhase phase) => _rig.Cluster.Reaches(LockId, phase);

    /// <summary>Opens the lock straight to active, and waits until the silo knows.</summary>
    internal async Task Open()
    {
        Terms terms = Offer.Terms!;
        await Consumer.Send(_rig.Cluster.Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await Consumer.Send(_rig.Cluster.Chain, new ChainCall.OpenAccepted(terms, Offer.Grant!.ExpirySeconds, Offer.Grant.Acceptance!.Value));
        await Eventually.TrueAsync(
            async () =>
            {
                _rig.MineNowAndThen();
                return (await GrainCluster.Patiently(() => _rig.Cluster.Grains.Channel(LockId).View()))?.Phase == ChannelPhase.Active;
            },
            "the lock to be active");
    }

    /// <summary>Serves and counts a payload, if both ends let it pass.</summary>
    internal bool Use(int payloadBytes)
    {
        if (IsGone || Ledger.CheckSend(payloadBytes, _rig.NowMs) != PayloadDecision.Forward || !Exit.TryServe(Tag, payloadBytes))
        {
            return false;
        }

        Ledger.Count(payloadBytes, _rig.NowMs);
        UsedBytes += (ulong)payloadBytes;
        return true;
    }

    /// <summary>Signs what is due and hands it in.</summary>
    internal async Task Sign()
    {
        ulong agreed = Ledger.NewestPeer?.Unit.BytesUsed ?? 0;
        ulong ahead = Math.Min(ProtocolConstants.MaxSignAheadBytes, Math.Max(ProtocolConstants.InitialCreditBytes, agreed));
        if (!IsGone && Ledger.Poll(_rig.NowMs, 50, ahead).Unit is { } unit)
        {
            await Submit(unit);
        }
    }

    /// <summary>Hands in its newest unit again; the first where it has none.</summary>
    internal Task SayNewest() => Ledger.NewestOwn is { } newest ? Submit(newest) : Sign();

    internal async Task<SubmitUnitsResult?> Submit(SignedUnit unit)
    {
        SignedBytes = Math.Max(SignedBytes, unit.Unit.BytesUsed);
        SubmitUnitsResult? result = await GrainCluster.Patiently<SubmitUnitsResult>(
            async () => await Grain.Submit(new UnitBatch { ConsumerUnits = [unit] }, _reference));
        if (result?.Answer is { } answer)
        {
            _listener.Answers.Enqueue(answer);
        }

        return result;
    }

    /// <summary>Takes the proxy's units.</summary>
    internal void TakeAnswers()
    {
        while (_listener.Answers.TryDequeue(out SignedUnit? unit))
        {
            PeerUnitOutcome outcome = Ledger.Receive(unit, _rig.NowMs);
            Assert.NotEqual(PeerUnitKind.Disputed, outcome.Kind);
            Assert.NotEqual(PeerUnitKind.Contradiction, outcome.Kind);
        }
    }

    /// <summary>Signs up to the next route step, as before an end.</summary>
    internal Task ReachStep()
    {
        Ledger.WantStep();
        return Eventually.TrueAsync(
            async () =>
            {
                await RouteRig.Exchange(this);
                return Ledger.IsAtStep && SignedBytes == Ledger.NewestOwn!.Unit.BytesUsed;
            },
            "the route step");
    }

    /// <summary>Its closure at what it signed last.</summary>
    internal SignedClosure Closure(ulong? bytes = null) =>
        Consumer.Closure(Offer.Terms!, bytes ?? Ledger.NewestOwn!.Unit.BytesUsed, _rig.Cluster.Clock.NowSeconds + 3_600);

    /// <summary>Its signature on what the proxy has signed.</summary>
    internal SignedClosure SameAs(SignedClosure proxys) =>
        Consumer.Closure(Offer.Terms!, proxys.Closure.BytesUsed, proxys.Closure.ValidUntilSeconds);
}
