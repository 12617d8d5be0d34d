using System.Security.Cryptography;
using Tachyon.Chain;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <content>What is fixed when a route is asked for: the pool and its price. It binds no money and no gas, since who asks has paid nothing.</content>
internal sealed partial class PoolGrain
{
    /// <summary>The most that both are asked to lose in transit: little, as nothing is lost between a proxy and an exit.</summary>
    private const uint MostTolerancePpm = 1_000;

    /// <summary>
    /// The most pools to one exit that may be on their way to settlement while another begins: on each the exit can still have a checkpoint burned.
    /// </summary>
    private const int MaxUnsettled = 2;

    private readonly UnlockedRoutes _unlocked = new();
    private Task _planning = Task.CompletedTask;

    private bool IsUsable => Head.Stage is PoolStage.Opening or PoolStage.Active && _book.Ledger is { Phase: LedgerPhase.Serving };

    private RouteRefusal RefusedNow => _clock.NowMs < _refusal.UntilMs ? _refusal.Refusal : RouteRefusal.None;

    /// <inheritdoc />
    public async Task<PoolResult> Prepare(PoolAsk ask)
    {
        if (!_proxy.IsProxy || _exit == _proxy.Signer.Address)
        {
            return PoolResult.Refused(_proxy.IsProxy ? RouteRefusal.UnknownExit : RouteRefusal.NoProxy);
        }

        ProviderView exit = await GrainFactory.Provider(_exit).View();
        RouteRefusal refusal = Against(exit);
        refusal = refusal == RouteRefusal.None ? await FindOrPlan(exit, ask.MaxPricePerMB) : refusal;
        if (refusal != RouteRefusal.None)
        {
            LetGoIfNone();
            return PoolResult.Refused(refusal);
        }

        PoolLedger ledger = _book.Ledger!;
        return ledger.Terms.PricePerMB > ask.MaxPricePerMB
            ? PoolResult.Refused(RouteRefusal.PriceAboveLimit)
            : new PoolResult
            {
                Refusal = RouteRefusal.None,
                PoolId = ledger.PoolId,
                PricePerMB = ledger.Terms.PricePerMB,
                Endpoint = exit.Offer!.Endpoint,
            };
    }

    /// <inheritdoc />
    public Task<RouteRefusal> Hold(ChannelId lockId, Address consumer) => Task.FromResult(
        _book.IsUnderWay(lockId) || _unlocked.TryHold(lockId, consumer, _clock.NowMs, _options.ProxyMaxRoutes - _book.ActiveRoutes)
            ? RouteRefusal.None
            : RouteRefusal.Busy);

    private static RouteRefusal Against(ProviderView exit) => exit switch
    {
        { Offer: null } => RouteRefusal.UnknownExit,
        { Live: false } => RouteRefusal.ExitAway,
        { Draining: true } => RouteRefusal.Draining,
        _ => RouteRefusal.None,
    };

    /// <summary>Sees to it that there is a pool, open, being opened or planned. One request at a time, and none while one is being opened.</summary>
    private async Task<RouteRefusal> FindOrPlan(ProviderView exit, TokenAmount maxPricePerMB)
    {
        while (_planning is { IsCompleted: false } other)
        {
            await other.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        if (IsOpening)
        {
            return RouteRefusal.None;
        }

        // Not awaited since: nobody else has begun.
        Task<RouteRefusal> planning = Plan(exit, maxPricePerMB);
        _planning = planning;
        try
        {
            return await planning;
        }
        catch (ChainUnavailableException)
        {
            return RouteRefusal.ChainAway;
        }
    }

    private async Task<RouteRefusal> Plan(ProviderView exit, TokenAmount maxPricePerMB)
    {
        await Progress();
        if (IsUsable)
        {
            return Head.Stage == PoolStage.Active ? await AgainstRoom(exit.Offer!) : RouteRefusal.None;
        }

        if (RefusedNow is var refused and not RouteRefusal.None)
        {
            return refused;
        }

        ProviderOffer offer = exit.Offer!;
        if (offer.PricePerMB > maxPricePerMB || offer.PricePerMB.BaseUnits > _options.ProxyMaxPricePerMB)
        {
            return RouteRefusal.PriceAboveLimit;
        }

        (RouteRefusal distrust, ChannelId[] unsettled) = await Judge();
        if (distrust != RouteRefusal.None)
        {
            return distrust;
        }

        bool isPlanned = Head.Stage == PoolStage.Planned && Fits(_book.Ledger!.Terms, offer);
        Terms terms = isPlanned ? _book.Ledger!.Terms : Draft(offer);
        if (terms.Validate() is not null || terms.Deposit(terms.CapacityBytes).BaseUnits < _options.LeastDeposit)
        {
            // Below the least deposit nothing is sent for a channel here: what is left of the proxy's own would stay with the exit.
            return RouteRefusal.CapacityOutsideOffer;
        }

        RouteRefusal against = await AgainstOpening(exit, terms);
        if (against != RouteRefusal.None || isPlanned)
        {
            return against;
        }

        _credits.Clear();
        _book.Begin(new PoolHead { Stage = PoolStage.Planned, Terms = terms, Unsettled = unsettled });
        await _book.SaveAsync();

        // Once for all pools, so that opening one takes one transaction.
        await IsAllowed(_book.Ledger!.PoolId, terms, terms.Deposit(terms.CapacityBytes), terms.CapacityBytes);
        return RouteRefusal.None;
    }

    /// <summary>Why a pool on these terms cannot be opened at present.</summary>
    private async Task<RouteRefusal> AgainstOpening(ProviderView exit, Terms terms)
    {
        RouteRefusal against = exit switch
        {
            { Offer: { } offer } when offer.PricePerMB > terms.PricePerMB => RouteRefusal.PriceAboveLimit,
            { FreeSlots: 0 } => RouteRefusal.ExitWithoutSlots,
            { MonthBytesLeft: { } left } when left < terms.CapacityBytes => RouteRefusal.MonthlyCapReached,
            _ => RouteRefusal.None,
        };
        return against != RouteRefusal.None ? against
            : await _chain.GetBalanceAsync(_proxy.Signer.Address, ReadAt.Latest) < terms.Deposit(terms.CapacityBytes) ? RouteRefusal.LackOfFunds
            : RouteRefusal.None;
    }

    /// <summary>Why a pool that is used up cannot be topped up; nothing is sent for who only asks.</summary>
    private async Task<RouteRefusal> AgainstRoom(ProviderOffer offer)
    {
        PoolLedger ledger = _book.Ledger!;
        ulong next = ledger.CapacityBytes + _options.ProxyPoolStepBytes;
        if (ledger.RoomBytes > 0 || Head.TopUpBytes > 0)
        {
            return _isOutOfFunds && ledger.RoomBytes == 0 ? RouteRefusal.LackOfFunds : RouteRefusal.None;
        }

        if (next > ProtocolConstants.MaxCapacityBytes || (offer.ChannelCapBytes > 0 && next > offer.ChannelCapBytes))
        {
            return RouteRefusal.AboveChannelCap;
        }

        TokenAmount needed = ledger.Terms.TopUpDeposit(ledger.CapacityBytes, next);
        return await _chain.GetBalanceAsync(_proxy.Signer.Address, ReadAt.Latest) < needed ? RouteRefusal.LackOfFunds : RouteRefusal.None;
    }

    /// <summary>
    /// Whether the exit gets another pool, and which of those before are not settled yet. Overstating its count costs an exit nothing and
    /// burns a checkpoint of the proxy's deposit; so it is done once, or at most on each pool that was on its way to settlement by then.
    /// </summary>
    private async Task<(RouteRefusal Refusal, ChannelId[] Unsettled)> Judge()
    {
        if (Head.IsDistrusted || _book.Ledger is { Phase: LedgerPhase.Disputed or LedgerPhase.Contradicted })
        {
            return (RouteRefusal.ExitDisputed, []);
        }

        ChannelId[] last = Head.Stage is PoolStage.None or PoolStage.Planned ? [] : [_book.Ledger!.PoolId];
        var unsettled = new List<ChannelId>();
        bool isDisputed = false;
        bool wasBurned = false;
        foreach (ChannelId pool in Head.Unsettled.Concat(last))
        {
            ChannelView? view = await GrainFactory.Channel(pool).View();
            wasBurned |= view is { Phase: ChannelPhase.Settled, Settlement.Burned.BaseUnits.IsZero: false };
            isDisputed |= view is { Phase: ChannelPhase.Closing, Agreed: false };
            if (view is { Phase: ChannelPhase.Opened or ChannelPhase.Active or ChannelPhase.Closing })
            {
                unsettled.Add(pool);
            }
        }

        if (wasBurned)
        {
            _book.Change(Head with { IsDistrusted = true });
            await _book.SaveAsync();
        }

        RouteRefusal refusal = wasBurned || isDisputed ? RouteRefusal.ExitDisputed
            : unsettled.Count >= MaxUnsettled ? RouteRefusal.PoolsUnsettled
            : RouteRefusal.None;
        return (refusal, [.. unsettled]);
    }

    private Terms Draft(ProviderOffer offer) => new(
        _proxy.Signer.Address,
        _exit,
        CapacityFor(offer),
        offer.PricePerMB,
        Math.Min(MostTolerancePpm, offer.ToleranceLimitPpm),
        ChannelKind.Direct,
        Bytes32.FromBytes(RandomNumberGenerator.GetBytes(Bytes32.Length)));

    private bool Fits(Terms planned, ProviderOffer offer) => planned == (Draft(offer) with { Salt = planned.Salt });

    private ulong CapacityFor(ProviderOffer offer)
    {
        ulong most = new[] { offer.MaxCapacityBytes, offer.ChannelCapBytes }.Where(limit => limit != 0).DefaultIfEmpty(ulong.MaxValue).Min();
        ulong wanted = Math.Max(_options.ProxyPoolStepBytes, offer.MinCapacityBytes);
        return ByteCounts.RoundDownToKB(Math.Min(wanted, most));
    }
}
