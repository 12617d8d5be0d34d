using Tachyon.Chain;
using Tachyon.Grains.Blacklist;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Matching;

namespace Tachyon.Grains.Proxies;

/// <summary>
/// Finds a route for a consumer: an exit that fits, the operator's pool to it, and a lock that pays for it.
/// </summary>
/// <remarks>Thread-safe; one per silo.</remarks>
public sealed class RouteBroker
{
    /// <summary>The most exits that are tried for one request; each costs grains and perhaps a look at the chain.</summary>
    private const int MaxTried = 4;

    private const int MaxCandidates = 16;
    private const ulong StandingMs = 30_000;

    private readonly IGrainFactory _grains;
    private readonly ISettlementChain _chain;
    private readonly ProxyAccount _proxy;
    private readonly OperatorBlacklist _blacklist;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private Standing _standing = new(false, 0);

    /// <summary>Made by the host.</summary>
    internal RouteBroker(
        IGrainFactory grains, ISettlementChain chain, ProxyAccount proxy, OperatorBlacklist blacklist, GrainsOptions options, GrainClock clock)
    {
        _grains = grains;
        _chain = chain;
        _proxy = proxy;
        _blacklist = blacklist;
        _options = options;
        _clock = clock;
    }

    /// <summary>Whether this operator serves routes at all, registered or not.</summary>
    public bool IsProxy => _proxy.IsProxy;

    /// <summary>The step of what locks show on chain, in bytes.</summary>
    public ulong StepBytes => _options.ProxyRouteStepBytes;

    /// <summary>Whether a lock is one of this operator's.</summary>
    public bool IsOwnLock(Address provider) => _proxy.IsProxy && provider == _proxy.Signer.Address;

    /// <summary>Finds and takes a route. What is answered is durable.</summary>
    public async Task<RouteOffer> AskAsync(RouteWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        RouteOffer offer = await FindAsync(wish);
        if (offer.Refusal != RouteRefusal.None)
        {
            RouteMeter.RouteRefused(offer.Refusal);
        }

        return offer;
    }

    private async Task<RouteOffer> FindAsync(RouteWish wish)
    {
        try
        {
            if (!_proxy.IsProxy || wish.Consumer == _proxy.Signer.Address || !await IsRegisteredAsync())
            {
                return RouteOffer.Refused(RouteRefusal.NoProxy);
            }

            if ((await _blacklist.NodesAsync()).Contains(wish.Consumer) || await _grains.Reputation(wish.Consumer).IsPartedFrom(_proxy.Signer.Address))
            {
                return RouteOffer.Refused(RouteRefusal.Blacklisted);
            }

            if (wish.CapacityBytes == 0 || wish.CapacityBytes % StepBytes != 0)
            {
                return RouteOffer.Refused(RouteRefusal.CapacityNotInSteps);
            }

            if (wish.TolerancePpm > ProtocolConstants.MaxTolerancePpm)
            {
                return RouteOffer.Refused(RouteRefusal.ToleranceAboveLimit);
            }

            RouteOffer first = RouteOffer.Refused(RouteRefusal.UnknownExit);
            foreach (Address exit in (await CandidatesAsync(wish)).Take(MaxTried))
            {
                RouteOffer offer = await ThroughAsync(exit, wish);
                if (offer.Refusal is RouteRefusal.None or RouteRefusal.DepositMissing or RouteRefusal.SaltUsed)
                {
                    return offer;
                }

                first = first.Refusal == RouteRefusal.UnknownExit ? offer : first;
            }

            return first;
        }
        catch (ChainUnavailableException)
        {
            return RouteOffer.Refused(RouteRefusal.ChainAway);
        }
    }

    private async Task<RouteOffer> ThroughAsync(Address exit, RouteWish wish)
    {
        // Neither the two who would pay each other through this proxy, nor either of them and the proxy.
        if ((await _blacklist.NodesAsync()).Contains(exit)
            || await _grains.Reputation(wish.Consumer).IsPartedFrom(exit)
            || await _grains.Reputation(_proxy.Signer.Address).IsPartedFrom(exit))
        {
            return RouteOffer.Refused(RouteRefusal.Blacklisted);
        }

        PoolResult pool = await _grains.Pool(exit).Prepare(new PoolAsk { MaxPricePerMB = wish.MaxPricePerMB });
        if (pool.Refusal != RouteRefusal.None)
        {
            return RouteOffer.Refused(pool.Refusal);
        }

        var terms = new Terms(
            wish.Consumer, _proxy.Signer.Address, wish.CapacityBytes, pool.PricePerMB, wish.TolerancePpm, ChannelKind.Lock, wish.Salt);
        if (terms.Validate() is not null)
        {
            return RouteOffer.Refused(RouteRefusal.CapacityNotInSteps);
        }

        if (terms.Deposit(terms.CapacityBytes).BaseUnits < _options.LeastDeposit)
        {
            // It would not be watched over, so nothing can be promised on it.
            return RouteOffer.Refused(RouteRefusal.DepositTooSmall);
        }

        ChannelId lockId = terms.ChannelId(_chain.Domain);
        bool isOpen = await _grains.Channel(lockId).View() is not null;
        if (!isOpen && await _chain.GetBalanceAsync(wish.Consumer, ReadAt.Latest) < terms.Deposit(terms.CapacityBytes))
        {
            return RouteOffer.Refused(RouteRefusal.DepositMissing);
        }

        if (!isOpen && await _grains.Pool(exit).Hold(lockId, wish.Consumer) is var full and not RouteRefusal.None)
        {
            return RouteOffer.Refused(full);
        }

        byte[] routeKey = new byte[PublicKey.CompressedLength];
        wish.RouteKey.CompressTo(routeKey);
        RouteGrantResult grant = await _grains.Proxy(lockId).Grant(new RouteAsk
        {
            Terms = terms,
            Exit = exit,
            PoolId = pool.PoolId,
            PoolPricePerMB = pool.PricePerMB,
            RouteKey = routeKey,
            RouteAddress = wish.RouteKey.ToAddress(),
        });
        return new RouteOffer(grant.Refusal, terms, exit, pool.Endpoint, pool.PricePerMB, grant);
    }

    /// <summary>
    /// The exit that was named; or those that fit, closest to the match target first: whoever has a slot free, and whoever this
    /// proxy has a pool to already.
    /// </summary>
    private async Task<IEnumerable<Address>> CandidatesAsync(RouteWish wish)
    {
        if (wish.Exit is { } named)
        {
            return [named];
        }

        PartedNodes parted = await _grains.Reputation(wish.Consumer).Parted();
        Address[] excluded = [wish.Consumer, _proxy.Signer.Address, .. wish.Excluded, .. parted.Nodes];
        DirectoryEntry[] free = await _grains.FindClosestProviders(new DirectoryQuery
        {
            Target = wish.Target,
            Count = MaxCandidates,
            MaxPricePerMB = wish.MaxPricePerMB,
            Excluded = excluded,
        });
        Address[] known = await _grains.PoolIndex(_proxy.Signer.Address).List();
        return free.Select(entry => entry.Provider)
            .Concat(known.Except(excluded))
            .Distinct()
            .OrderBy(exit => XorMetric.Distance(wish.Target, exit));
    }

    private async Task<bool> IsRegisteredAsync()
    {
        ulong nowMs = _clock.NowMs;
        Standing known = Volatile.Read(ref _standing);
        if (!known.IsRegistered || known.AtMs + StandingMs < nowMs || nowMs < known.AtMs)
        {
            ProxyView view = await _chain.GetProxyAsync(_proxy.Signer.Address, ReadAt.Final);
            known = new Standing(view.Standing == ProxyStanding.Registered, nowMs);
            Volatile.Write(ref _standing, known);
        }

        return known.IsRegistered;
    }

    private sealed record Standing(bool IsRegistered, ulong AtMs);
}
