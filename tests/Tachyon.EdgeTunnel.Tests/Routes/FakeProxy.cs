using System.Collections.Concurrent;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>The silo's operator as a proxy: real ledgers of locks and of one pool, without storage, on the world's chain.</summary>
internal sealed class FakeProxy : IDisposable
{
    public const ulong StepBytes = 10_000_000;

    private readonly Lock _lock = new();
    private readonly SimulatedChain _chain;
    private readonly RelayingSilo _silo;
    private readonly KeySigner _signer = new(RelayingSilo.OperatorKey);
    private readonly AccountSigner _account = new(RelayingSilo.OperatorKey);
    private readonly SignatureVerifier _verifier = new();
    private readonly Dictionary<ChannelId, LockLedger> _locks = [];
    private readonly Dictionary<ChannelId, Route> _routes = [];
    private readonly HashSet<Closure> _closed = [];
    private PoolLedger? _pool;
    private bool _attached;

    public FakeProxy(SimulatedChain chain, RelayingSilo silo)
    {
        _chain = chain;
        _silo = silo;
        chain.Fund(silo.Operator, new Protocol.Amounts.TokenAmount(2 * NodeWorld.Purse.BaseUnits + System.Numerics.BigInteger.Pow(10, 21)));
        silo.Proxy = Answer;
    }

    public Address Address => _signer.Address;

    public PoolLedger Pool => _pool!;

    /// <summary>A refusal of every route; null grants them.</summary>
    public RefusalReason? Refuses { get; set; }

    /// <summary>A refusal of every route to an exit that its consumer names, as with a lock that it has; null grants them.</summary>
    public RefusalReason? RefusesNamed { get; set; }

    /// <summary>The price of the locks that it grants.</summary>
    public Protocol.Amounts.TokenAmount LockPricePerMB { get; set; } = NodeWorld.Price;

    /// <summary>Changes grants before they leave.</summary>
    public Func<RouteGrant, RouteGrant> Bends { get; set; } = grant => grant;

    /// <summary>Whether what consumers sign becomes credit at the exit.</summary>
    public bool PassesCreditOn { get; set; } = true;

    /// <summary>Consumers whose units get lost on the way to it, as if they signed no more.</summary>
    public ConcurrentDictionary<Address, bool> Unheard { get; } = [];

    /// <summary>A reason for which the pool to the exit cannot be used: consumers hear it with every unit of theirs, and nothing is promised on it.</summary>
    public RefusalReason? PoolIsRefused { get; set; }

    /// <summary>What consumers asked for, where they would close at less than their units lead to.</summary>
    public ConcurrentQueue<ulong> LesserStepsAsked { get; } = [];

    /// <summary>Whether it says that it has promised what consumers signed, though it may not have.</summary>
    public bool ClosesAtNothingLess { get; set; }

    /// <summary>Whether its answers to that get lost, though it has signed.</summary>
    public bool LosesOffers { get; set; }

    /// <summary>Changes its own closures before they leave.</summary>
    public Func<SignedClosure, SignedClosure> BendsOffers { get; set; } = closure => closure;

    /// <summary>Every signature that was made on a lock, by either side.</summary>
    public ConcurrentQueue<Signature> LockSignatures { get; } = [];

    /// <summary>What it keeps of a consumer's lock.</summary>
    public LockLedger LockOf(Address consumer)
    {
        lock (_lock)
        {
            return Assert.Single(_locks.Values, ledger => ledger.Terms.Consumer == consumer);
        }
    }

    /// <summary>What it keeps of a lock on which its consumer has signed.</summary>
    public LockLedger LockOf(ChannelId lockId)
    {
        lock (_lock)
        {
            return _locks[lockId];
        }
    }

    /// <summary>Whether a consumer has signed on a lock.</summary>
    public bool HasUnitOf(ChannelId lockId)
    {
        lock (_lock)
        {
            return _locks.TryGetValue(lockId, out var ledger) && ledger.NewestPeer is not null;
        }
    }

    public LockLedger OnlyLock
    {
        get
        {
            lock (_lock)
            {
                return Assert.Single(_locks.Values);
            }
        }
    }

    public async Task RegisterAsync()
    {
        var rules = await _chain.GetRulesAsync();
        Assert.True((await _silo.Sender.SendAsync(new ChainCall.Approve(rules.ProxyBond))).Succeeded);
        Assert.True((await _silo.Sender.SendAsync(new ChainCall.RegisterProxy())).Succeeded);
    }

    /// <summary>Opens the pool; the exit confirms it as any channel.</summary>
    public async Task OpenPoolAsync(Address exit, ulong capacityBytes = 200_000_000)
    {
        var terms = new Terms(Address, exit, capacityBytes, NodeWorld.Price, 1_000, ChannelKind.Direct, Keccak256.HashText("pool"));
        using var account = new ConsumerAccount(_chain, _account, _silo.Sender);
        Assert.True((await account.OpenAsync(terms)).Succeeded);
        _pool = new PoolLedger(terms, _chain.Domain, _signer, _verifier);
        await Eventually.TrueAsync(
            async () => (await _chain.GetChannelAsync(_pool.PoolId, ReadAt.Final)).Status == ChannelStatus.Active && _attached, "the pool is attached", TimeSpan.FromMinutes(1));
    }

    /// <summary>Ends a route as a proxy does when its lock is over.</summary>
    public void EndRoute() => _silo.GatewayFor(Pool.Terms.Provider).Push(new RoutesEnded(Pool.PoolId, [.. _routes.Values.Select(route => route.Tag)]));

    /// <summary>Says that it has signed a lock's end, at a count of its choice.</summary>
    public void OfferEnd(ChannelId lockId, ulong bytesUsed)
    {
        var closure = new Closure(lockId, bytesUsed, (NowMs / 1_000) + 43_200);
        var signed = new SignedClosure(closure, _signer.Sign(closure, _chain.Domain));
        _silo.GatewayFor(_routes[lockId].Terms.Consumer).Push(new ClosureOffered(Address, signed));
    }

    public void Dispose()
    {
        _signer.Dispose();
        _account.Dispose();
    }

    private static ulong NowMs => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private GatewayReply? Answer(Address node, GatewayRequest request)
    {
        lock (_lock)
        {
            return request switch
            {
                RouteRequest asked => Grant(node, asked),
                SubmitUnits units when !Unheard.ContainsKey(node) && units.Channels.All(channel => _routes.ContainsKey(channel.ChannelId)) =>
                    new UnitsAck([.. units.Channels.Select(Take)]),
                PoolAttach attach when attach.PoolId == _pool?.PoolId => Attach(),
                RouteReport report when report.PoolId == _pool?.PoolId => Take(report),
                CloseRelay close when _locks.TryGetValue(close.Closure.ChannelId, out var ledger) => Close(ledger, close),
                ClosureRequest asked when _locks.TryGetValue(asked.LockId, out var ledger) => Sign(ledger, asked),
                _ => null,
            };
        }
    }

    private GatewayReply Grant(Address consumer, RouteRequest asked)
    {
        if ((Refuses ?? (asked.Exit is null ? null : RefusesNamed)) is { } refusal)
        {
            return new Refused(refusal, "");
        }

        var terms = new Terms(consumer, Address, asked.CapacityBytes, LockPricePerMB, asked.TolerancePpm, ChannelKind.Lock, asked.Salt);
        var lockId = terms.ChannelId(_chain.Domain);
        if (!_routes.TryGetValue(lockId, out var route))
        {
            var random = Keccak256.HashText($"random {_routes.Count}");
            var tag = RouteTag.Of(consumer, NowMs / 1_000 * 1_000, random, asked.RouteKey);
            _routes[lockId] = route = new Route(terms, tag, NowMs / 1_000 * 1_000, random, asked.RouteKey.ToAddress());
            route = _routes[lockId] = route with { Tag = RouteTag.Of(consumer, route.TimeMs, random, asked.RouteKey) };
        }

        var expiry = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 300;
        var exit = Pool.Terms.Provider;
        return Bends(new RouteGrant(
            terms, expiry, _signer.Sign(new Acceptance(lockId, expiry), _chain.Domain), exit, _silo.EndpointOf(exit), Pool.Terms.PricePerMB,
            route.Tag, route.TimeMs, route.Random, StepBytes));
    }

    private ChannelUnitsAck Take(ChannelUnits units)
    {
        var lockId = units.ChannelId;
        if (!_locks.TryGetValue(lockId, out var ledger))
        {
            if (_chain.GetChannelAsync(lockId, ReadAt.Final).Result.Status != ChannelStatus.Active)
            {
                return new ChannelUnitsAck(lockId, RefusalReason.UnknownChannel, 0, 0, 0, 0);
            }

            _locks[lockId] = ledger = new LockLedger(_routes[lockId].Terms, _chain.Domain, _signer, _verifier);
        }

        var unit = units.ConsumerUnit!;
        LockSignatures.Enqueue(unit.Signature);
        ledger.Receive(unit, NowMs);
        PassOn(lockId, ledger);
        SayTo(ledger);
        return new ChannelUnitsAck(lockId, RefusalReason.None, unit.Unit.Index, unit.Unit.BytesUsed, 0, 0);
    }

    private void PassOn(ChannelId lockId, LockLedger ledger)
    {
        if (PoolIsRefused is { } refusal)
        {
            _silo.GatewayFor(ledger.Terms.Consumer).Push(new RouteEnded(lockId, refusal, "the exit takes none"));
        }

        if (PoolIsRefused is not null)
        {
            return;
        }

        var promised = ledger.Promise(Pool.PoolId, Pool.Terms.PricePerMB);
        if (!PassesCreditOn)
        {
            return;
        }

        Pool.Raise(lockId, _routes[lockId].Tag, promised.PromisedBytes);
        var exit = _silo.GatewayFor(Pool.Terms.Provider);
        if (Pool.Poll(NowMs, 10).Unit is { } unit)
        {
            exit.Push(new ProxyUnit(unit, false));
        }

        if (Pool.Credit(lockId) is { } credit && promised.Record is not null)
        {
            exit.Push(new RouteCredits(Pool.PoolId, null, [CreditOf(lockId, credit)]));
        }
    }

    private RouteCredit CreditOf(ChannelId lockId, SignedTagCredit credit) =>
        new(credit.Credit.Tag, _routes[lockId].RouteKey, credit.Credit.BytesUsed, credit.Signature);

    private Accepted Attach()
    {
        _attached = true;
        var exit = _silo.GatewayFor(Pool.Terms.Provider);
        if (Pool.NewestOwn is { } newest)
        {
            exit.Push(new ProxyUnit(newest, false));
        }

        foreach (var lockId in _locks.Keys)
        {
            if (Pool.Credit(lockId) is { } credit)
            {
                exit.Push(new RouteCredits(Pool.PoolId, null, [CreditOf(lockId, credit)]));
            }
        }

        return Accepted.Instance;
    }

    private RouteReportAck Take(RouteReport report)
    {
        if (report.Unit is { } unit)
        {
            Pool.Receive(unit, NowMs);
        }

        return new RouteReportAck(RefusalReason.None, [.. report.Counts.Select(Take)]);
    }

    private RefusalReason Take(SignedTagCount count)
    {
        var taken = Pool.ReceiveCount(count);
        if (taken.Taken is { } news && _locks.TryGetValue(news.LockId, out var ledger))
        {
            ledger.Count(Pool.PoolId, news.BytesUsed, isWanted: true, NowMs);
            PassOn(news.LockId, ledger);
            SayTo(ledger);
        }

        return taken.Fault switch
        {
            TagCountFault.None or TagCountFault.Old => RefusalReason.None,
            TagCountFault.AboveCredit => RefusalReason.AboveCredit,
            _ => RefusalReason.UnknownTag,
        };
    }

    private void SayTo(LockLedger ledger)
    {
        if (ledger.NewestOwn is { } own)
        {
            LockSignatures.Enqueue(own.Signature);
            _silo.GatewayFor(ledger.Terms.Consumer).Push(new ProxyUnit(own, true));
        }
    }

    private GatewayReply Sign(LockLedger ledger, ClosureRequest asked)
    {
        LesserStepsAsked.Enqueue(asked.BytesUsed);
        if (ClosesAtNothingLess)
        {
            return new Refused(RefusalReason.BelowPromised, "promised");
        }

        var outcome = ledger.SignClosure(ledger.Closure?.Closure.BytesUsed ?? asked.BytesUsed, StepBytes, (NowMs / 1_000) + 43_200, NowMs);
        return LosesOffers ? new Refused(RefusalReason.OutboxFull, "lost on its way")
            : outcome.Closure is { } own ? new CloseTaken(false, BendsOffers(own))
            : new Refused(outcome.Fault == ClosureFault.BelowOwnCount ? RefusalReason.BelowPromised : RefusalReason.WrongPhase, $"{outcome.Fault}");
    }

    private GatewayReply Close(LockLedger ledger, CloseRelay close)
    {
        if (ledger.Closure is not { } signed || signed.Closure != close.Closure)
        {
            var outcome = ledger.SignClosure(close.Closure.BytesUsed, StepBytes, close.Closure.ValidUntilSeconds, NowMs);
            if (outcome.Closure is not { } own)
            {
                return new Refused(RefusalReason.WrongPhase, $"the proxy does not sign it: {outcome.Fault}");
            }

            signed = own;
        }

        if (_closed.Add(close.Closure))
        {
            LockSignatures.Enqueue(signed.Signature);
            LockSignatures.Enqueue(close.OwnSignature);
            EndRoute();
            _ = Task.Run(() => _silo.Sender.SendAsync(new ChainCall.CooperativeClose(
                ledger.Terms, close.Closure.BytesUsed, close.Closure.ValidUntilSeconds, close.OwnSignature, signed.Signature)));
        }

        return new CloseTaken(true, signed);
    }

    private sealed record Route(Terms Terms, Bytes32 Tag, ulong TimeMs, Bytes32 Random, Address RouteKey);
}
