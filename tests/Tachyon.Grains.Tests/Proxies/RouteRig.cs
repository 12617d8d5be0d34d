using System.Diagnostics;
using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tachyon.Chain;
using Tachyon.Chain.Simulation;
using Tachyon.Grains.Blacklist;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>
/// Silos whose operator is a registered proxy, with exits and consumers that are nothing but the protocol's own ledgers: what
/// they would sign, they sign, and what they would count, they count.
/// </summary>
internal sealed class RouteRig : IAsyncDisposable
{
    internal const ulong MB = 1_000_000;
    internal const ulong StepBytes = 10 * MB;

    private readonly ServiceProvider _parts;
    private int _salts;
    private long _minedAt;

    private RouteRig(GrainCluster cluster, GrainsOptions options)
    {
        Cluster = cluster;
        _parts = new ServiceCollection().AddSingleton(cluster.Operator.Signer).BuildServiceProvider();
        Broker = new RouteBroker(
            cluster.Grains,
            cluster.Chain,
            new ProxyAccount(Options.Create(options), _parts),
            new OperatorBlacklist(cluster.Grains, TimeProvider.System),
            options,
            new GrainClock(cluster.Clock));
    }

    internal GrainCluster Cluster { get; }

    internal RouteBroker Broker { get; }

    internal Address Proxy => Cluster.Operator.Address;

    internal ulong NowMs => Cluster.Clock.NowMs;

    internal static async Task<RouteRig> Start(
        Action<GrainsOptions>? configure = null, SimulatedChainOptions? chain = null, int tokens = 5_000, bool isRegistered = true)
    {
        var options = new GrainsOptions { Proxy = true, ProxyPoolStepBytes = 200 * MB, ProxyTopUpSpread = TimeSpan.Zero, LeastDeposit = 0 };
        configure?.Invoke(options);
        GrainCluster cluster = await GrainCluster.Start(
            all =>
            {
                all.Proxy = options.Proxy;
                all.LeastDeposit = options.LeastDeposit;
                all.ProxyPoolStepBytes = options.ProxyPoolStepBytes;
                all.ProxyTopUpSpread = options.ProxyTopUpSpread;
                all.ProxyMaxRoutes = options.ProxyMaxRoutes;
                all.ProxyMaxPricePerMB = options.ProxyMaxPricePerMB;
                all.ProxyIdleAge = options.ProxyIdleAge;
            },
            chain,
            prepare: made => Register(made, tokens, isRegistered));
        return new RouteRig(cluster, options);
    }

    /// <summary>Mines a block now and then, for whoever waits: each takes a second of the chain's time, and nobody's clock should be left behind.</summary>
    internal void MineNowAndThen()
    {
        if (Stopwatch.GetElapsedTime(_minedAt) > TimeSpan.FromMilliseconds(100))
        {
            _minedAt = Stopwatch.GetTimestamp();
            Cluster.Chain.Mine();
        }
    }

    /// <summary>Sets the silos' clock forward to the chain's.</summary>
    internal void SetClock()
    {
        ulong now = Cluster.Chain.NowSeconds;
        if (now > Cluster.Clock.NowSeconds)
        {
            Cluster.Clock.Advance(TimeSpan.FromSeconds(now - Cluster.Clock.NowSeconds));
        }
    }

    internal async Task<ExitPeer> NewExit(long pricePerMB = 1_000_003, Func<ProviderOffer, ProviderOffer>? change = null)
    {
        var exit = new ExitPeer(this, Cluster.NewParty());
        var offer = new ProviderOffer
        {
            Endpoint = "exit.example:9301",
            PricePerMB = new TokenAmount(pricePerMB),
            ToleranceLimitPpm = 10_000,
            Slots = 5,
        };
        await exit.Announce(change?.Invoke(offer) ?? offer);
        return exit;
    }

    /// <summary>A route that uses all of its lock and is settled, so that the exit's pool serves nobody.</summary>
    internal async Task UseUp(ExitPeer exit)
    {
        RoutePeer route = await NewRoute(exit, capacityBytes: 10 * MB);
        await Carry(route, 10 * MB);
        await route.ReachStep();
        Assert.Equal(ClosureRefusal.None, (await route.Grain.Close(route.Closure())).Refusal);
        await route.Reaches(ChannelPhase.Settled);
        await Eventually.TrueAsync(async () => (await Cluster.Grains.Pool(exit.Address).View()).Routes == 0, "the route to leave the pool");
    }

    /// <summary>What a new consumer asks for.</summary>
    internal RouteWish Wish(Party consumer, ExitPeer? exit, ulong capacityBytes = 100 * MB, long maxPricePerMB = 2_000_000)
    {
        int number = ++_salts;
        var key = new KeySigner(Keccak256.HashText($"route {number}").ToArray());
        return new RouteWish(
            consumer.Address,
            consumer.Address,
            Keccak256.HashText($"route salt {number}"),
            key.PublicKey,
            exit?.Address,
            [],
            capacityBytes,
            new TokenAmount(maxPricePerMB),
            1_000);
    }

    /// <summary>A consumer with a route whose lock and pool are active, its exit attached.</summary>
    internal async Task<RoutePeer> NewRoute(ExitPeer exit, ulong capacityBytes = 100 * MB)
    {
        RoutePeer route = await NewLock(exit, capacityBytes);
        await exit.Attach(route);
        return route;
    }

    /// <summary>A consumer whose lock is active, and that has signed nothing yet.</summary>
    internal async Task<RoutePeer> NewLock(ExitPeer exit, ulong capacityBytes = 100 * MB)
    {
        Party consumer = Cluster.NewParty();
        RouteWish wish = Wish(consumer, exit, capacityBytes);
        var route = new RoutePeer(this, exit, consumer, wish, await Ask(wish));
        await route.Open();
        return route;
    }

    /// <summary>A route that is granted.</summary>
    internal async Task<RouteOffer> Ask(RouteWish wish)
    {
        RouteOffer offer = await GrainCluster.Insist(() => Broker.AskAsync(wish), "the proxy to answer");
        Assert.Equal(RouteRefusal.None, offer.Refusal);
        return offer;
    }

    /// <summary>Everything that waits between a consumer, the proxy and its exit, once.</summary>
    internal static async Task Exchange(RoutePeer route)
    {
        await route.Sign();
        await route.Exit.Answer();
        await route.Exit.Count(route);
        route.TakeAnswers();
    }

    /// <summary>Uses a route until it has carried so many bytes, with all that takes.</summary>
    internal static Task Carry(RoutePeer route, ulong bytes) => Eventually.TrueAsync(
        async () =>
        {
            while (route.UsedBytes < bytes && route.Use((int)Math.Min(16_000, bytes - route.UsedBytes)))
            {
            }

            await Exchange(route);
            return route.UsedBytes >= bytes;
        },
        $"{bytes} bytes of the route, {route.UsedBytes} of which were carried before");

    /// <summary>What the proxy's account holds.</summary>
    internal Task<TokenAmount> Balance() => Cluster.Chain.GetBalanceAsync(Proxy, ReadAt.Latest);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await _parts.DisposeAsync();
    }

    private static async Task Register(GrainCluster cluster, int tokens, bool isRegistered)
    {
        TokenAmount bond = (await cluster.Chain.GetRulesAsync()).ProxyBond;
        cluster.Chain.Fund(cluster.Operator.Address, bond + new TokenAmount(tokens * BigInteger.Pow(10, TokenAmount.Decimals)));
        if (isRegistered)
        {
            await cluster.Operator.Send(cluster.Chain, new ChainCall.Approve(bond));
            await cluster.Operator.Send(cluster.Chain, new ChainCall.RegisterProxy());
            cluster.Chain.Mine(4);
        }
    }
}
