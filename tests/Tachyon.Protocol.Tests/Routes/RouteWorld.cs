using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Routes;

/// <summary>
/// Consumers with their locks, a proxy with one pool, and its exit: the ledgers of all of them, and what is durable of the
/// proxy's. Each step may be lost on its way; a crash of the proxy brings back what it stored.
/// </summary>
internal sealed class RouteWorld
{
    internal const ulong Start = 1_800_000_000_000;
    internal const ulong MB = 1_000_000;
    internal const ulong StepBytes = 10 * MB;

    private static readonly KeySigner Exit = TestKeys.Key("tachyon test exit");

    private readonly SignatureVerifier _verifier = new();
    private readonly TokenAmount _poolPrice;
    private readonly LockState[] _storedLocks;
    private PoolState _storedPool;

    internal RouteWorld(int routes = 1, ulong capacityBytes = 200 * MB, ulong poolCapacityBytes = 500 * MB, ulong poolPrice = 1_000_003)
    {
        _poolPrice = new TokenAmount(poolPrice);
        PoolTerms = new Terms(TestKeys.Provider.Address, Exit.Address, poolCapacityBytes, _poolPrice, 10_000, ChannelKind.Direct, Keccak256.HashText("pool"));
        PoolId = PoolTerms.ChannelId(TestKeys.Domain);
        Locks = [.. Enumerable.Range(0, routes).Select(i => TestKeys.Terms(capacityBytes, pricePerMB: 1_000_003, kind: ChannelKind.Lock) with
        {
            Salt = Keccak256.HashText($"lock {i}"),
        })];
        Tags = [.. Enumerable.Range(0, routes).Select(i => Keccak256.HashText($"tag {i}"))];
        Consumers = [.. Locks.Select(terms => new ConsumerLedger(terms, TestKeys.Domain, TestKeys.Consumer, _verifier) { RouteStepBytes = StepBytes })];
        ExitPool = new ProviderLedger(PoolTerms, TestKeys.Domain, Exit, _verifier);
        ExitSide = new ExitLedger(PoolTerms, TestKeys.Domain, Exit, _verifier);
        foreach (Bytes32 tag in Tags)
        {
            ExitSide.Admit(tag, TestKeys.Stranger.Address);
        }

        _storedLocks = [.. Locks.Select(terms => LockState.New(terms.CapacityBytes))];
        _storedPool = PoolState.New(PoolTerms.CapacityBytes);
        Proxies = [];
        Pool = null!;
        Restart();
    }

    internal Terms PoolTerms { get; }

    internal ChannelId PoolId { get; }

    internal Terms[] Locks { get; }

    internal Bytes32[] Tags { get; }

    internal ConsumerLedger[] Consumers { get; }

    internal LockLedger[] Proxies { get; private set; }

    internal PoolLedger Pool { get; private set; }

    internal ExitLedger ExitSide { get; }

    internal ProviderLedger ExitPool { get; }

    internal ulong NowMs { get; set; } = Start;

    /// <summary>The proxy comes back with what it had stored.</summary>
    internal void Restart()
    {
        Proxies = [.. Locks.Select((terms, i) => new LockLedger(terms, TestKeys.Domain, TestKeys.Provider, _verifier, _storedLocks[i]))];
        Pool = new PoolLedger(PoolTerms, TestKeys.Domain, TestKeys.Provider, _verifier, _storedPool);
    }

    /// <summary>The exit serves a payload of a route if it may; both ends count it.</summary>
    internal bool Use(int route, int payloadBytes)
    {
        if (Consumers[route].CheckSend(payloadBytes, NowMs) != PayloadDecision.Forward
            || !Forward(Tags[route], payloadBytes))
        {
            return false;
        }

        Consumers[route].Count(payloadBytes, NowMs);
        return true;
    }

    /// <summary>The exit counts a payload where the route's credit and the pool's ledger let it pass.</summary>
    internal bool Forward(Bytes32 tag, int payloadBytes)
    {
        if (ExitSide.AllowedBytes(tag) < (ulong)payloadBytes || ExitPool.TryForward(payloadBytes, NowMs) != PayloadDecision.Forward)
        {
            return false;
        }

        ExitSide.Count(tag, payloadBytes, NowMs);
        return true;
    }

    /// <summary>The consumer's unit to the proxy and its answer back.</summary>
    internal void Sign(int route, bool answerArrives = true)
    {
        if (Consumers[route].Poll(NowMs, 10, ProtocolConstants.MaxSignAheadBytes).Unit is not { } unit)
        {
            return;
        }

        PeerUnitOutcome outcome = Proxies[route].Receive(unit, NowMs);
        StoreLock(route);
        if (answerArrives && outcome.Answer is { } answer)
        {
            Consumers[route].Receive(answer, NowMs);
        }
    }

    /// <summary>The proxy promises what it may, and the pool takes it; the proxy may crash between the two.</summary>
    internal void Promise(int route, bool crashesBetween = false)
    {
        PromiseOutcome promise = Proxies[route].Promise(PoolId, _poolPrice);
        StoreLock(route);
        if (crashesBetween)
        {
            Restart();
            return;
        }

        Pool.Raise(Proxies[route].LockId, Tags[route], promise.PromisedBytes);
        StorePool();
    }

    /// <summary>The pool's unit and the routes' credits to the exit, and its answer back.</summary>
    internal void PassOn(bool arrives = true, bool answerArrives = true)
    {
        SignedUnit? unit = Pool.Poll(NowMs, 10).Unit;
        StorePool();
        if (!arrives)
        {
            return;
        }

        foreach (LockLedger proxy in Proxies)
        {
            if (Pool.Credit(proxy.LockId) is { } credit)
            {
                ExitSide.TakeCredit(credit, out SignatureFault fault);
                Assert.Equal(SignatureFault.None, fault);
            }
        }

        if (unit is not null && ExitPool.Receive(unit, NowMs) is { Answer: { } answer } outcome)
        {
            Assert.NotEqual(PeerUnitKind.Disputed, outcome.Kind);
            if (answerArrives)
            {
                Pool.Receive(answer, NowMs);
                StorePool();
            }
        }
    }

    /// <summary>The exit's count of a route to the proxy, and its unit on it to the consumer.</summary>
    internal void Count(int route, bool isWanted = true, bool arrives = true)
    {
        if (ExitSide.PollCount(Tags[route], isWanted, NowMs) is not { } signed || !arrives)
        {
            return;
        }

        if (Pool.ReceiveCount(signed.Count).Taken is { } taken)
        {
            StorePool();
            ShareCounted? counted = Proxies[route].Count(PoolId, taken.BytesUsed, isWanted, NowMs);
            StoreLock(route);
            if (counted?.Answer is { } answer)
            {
                Consumers[route].Receive(answer, NowMs);
            }
        }
    }

    /// <summary>Everything that waits, until nothing does.</summary>
    internal void Settle(int route)
    {
        for (int i = 0; i < 20; i++)
        {
            NowMs += 1_000;
            Sign(route);
            Promise(route);
            PassOn();
            Count(route);
        }
    }

    /// <summary>What would be lost by whoever plays the proxy if everything were settled now: must never be positive.</summary>
    internal void AssertProxyIsCovered()
    {
        TokenAmount collected = TokenAmount.Zero;
        ulong promised = 0;
        for (int i = 0; i < Locks.Length; i++)
        {
            LockLedger proxy = Proxies[i];
            ulong ofPool = Pool.Find(proxy.LockId)?.PromisedBytes ?? 0;
            Assert.True(proxy.PromisedBytes <= proxy.CollectableBytes, $"lock {i}: {proxy.PromisedBytes} promised, {proxy.CollectableBytes} signed");
            Assert.True(ofPool <= proxy.PromisedBytes, $"lock {i}: the pool holds {ofPool}, promised are {proxy.PromisedBytes}");
            collected += Locks[i].Price(proxy.CollectableBytes);
            promised += proxy.PromisedBytes;
        }

        ulong downstream = ExitPool.NewestPeer?.Unit.BytesUsed ?? 0;
        Assert.True(downstream <= promised, $"{downstream} signed downstream, {promised} promised");
        Assert.True(PoolTerms.Price(downstream) <= collected, "the proxy pays more than it collects");
    }

    private void StoreLock(int route) => _storedLocks[route] = Proxies[route].State;

    private void StorePool() => _storedPool = Pool.State;
}
