using System.Diagnostics;
using System.Security.Cryptography;
using Tachyon.Chain;
using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <content>How a pool begins, and what the chain shows of it.</content>
internal sealed partial class PoolGrain
{
    /// <summary>The most that both are asked to lose in transit: little, as nothing is lost between a proxy and an exit.</summary>
    private const uint MostTolerancePpm = 1_000;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private Task<RouteRefusal>? _opening;
    private TaskCompletionSource<AcceptanceAnswer>? _asked;
    private ChannelId _askedFor;

    /// <inheritdoc />
    public async Task<PoolResult> Prepare(PoolAsk ask)
    {
        if (!_proxy.IsProxy || _exit == _proxy.Signer.Address)
        {
            return PoolResult.Refused(_proxy.IsProxy ? RouteRefusal.UnknownExit : RouteRefusal.NoProxy);
        }

        ProviderView exit = await GrainFactory.Provider(_exit).View();
        RouteRefusal against = exit switch
        {
            { Offer: null } => RouteRefusal.UnknownExit,
            { Live: false } => RouteRefusal.ExitAway,
            { Draining: true } => RouteRefusal.Draining,
            _ => RouteRefusal.None,
        };
        if (against != RouteRefusal.None)
        {
            return PoolResult.Refused(against);
        }

        RouteRefusal refusal = await FindOrOpen(exit, ask.MaxPricePerMB);
        if (refusal != RouteRefusal.None)
        {
            return PoolResult.Refused(refusal);
        }

        PoolLedger ledger = _book.Ledger!;
        if (ledger.Terms.PricePerMB > ask.MaxPricePerMB)
        {
            return PoolResult.Refused(RouteRefusal.PriceAboveLimit);
        }

        if (_book.ActiveRoutes >= _options.ProxyMaxRoutes && (ask.LockId is not { } known || !_book.IsUnderWay(known)))
        {
            return PoolResult.Refused(RouteRefusal.Busy);
        }

        if (Head.Stage == PoolStage.Active && ledger.RoomBytes == 0)
        {
            PromiseResult room = ConsiderTopUp(isFull: true);
            if (room is PromiseResult.Full or PromiseResult.NoFunds)
            {
                return PoolResult.Refused(room == PromiseResult.Full ? RouteRefusal.AboveChannelCap : RouteRefusal.LackOfFunds);
            }
        }

        return new PoolResult
        {
            Refusal = RouteRefusal.None,
            PoolId = ledger.PoolId,
            PricePerMB = ledger.Terms.PricePerMB,
            Endpoint = exit.Offer!.Endpoint,
        };
    }

    /// <inheritdoc />
    public Task Answered(AcceptanceAnswer answer)
    {
        // One that comes late may be about terms that were given up.
        if (answer.ChannelId == _askedFor)
        {
            _asked?.TrySetResult(answer);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task PoolChanged(ChannelView view) => _book.Ledger?.PoolId == view.ChannelId ? Tick(CancellationToken.None) : Task.CompletedTask;

    /// <summary>Sees to it that there is a pool, open or being opened. Whoever comes while one is being opened waits for the same.</summary>
    private async Task<RouteRefusal> FindOrOpen(ProviderView exit, TokenAmount maxPricePerMB)
    {
        try
        {
            if (_opening is { } underway)
            {
                await underway;
            }

            await Progress();
            if (Head.Stage is PoolStage.Opening or PoolStage.Active && _book.Ledger is { Phase: LedgerPhase.Serving })
            {
                return RouteRefusal.None;
            }

            return await (_opening ??= Open(exit.Offer!, exit, maxPricePerMB));
        }
        catch (ChainUnavailableException)
        {
            return RouteRefusal.ChainAway;
        }
        finally
        {
            _opening = _opening is { IsCompleted: true } ? null : _opening;
        }
    }

    private async Task<RouteRefusal> Open(ProviderOffer offer, ProviderView exit, TokenAmount maxPricePerMB)
    {
        if (offer.PricePerMB > maxPricePerMB || offer.PricePerMB.BaseUnits > _options.ProxyMaxPricePerMB)
        {
            return RouteRefusal.PriceAboveLimit;
        }

        if (exit.FreeSlots == 0)
        {
            return RouteRefusal.ExitWithoutSlots;
        }

        ulong capacityBytes = CapacityFor(offer);
        if (exit.MonthBytesLeft is { } left && left < capacityBytes)
        {
            return RouteRefusal.MonthlyCapReached;
        }

        var terms = new Terms(
            _proxy.Signer.Address,
            _exit,
            capacityBytes,
            offer.PricePerMB,
            Math.Min(MostTolerancePpm, offer.ToleranceLimitPpm),
            ChannelKind.Direct,
            Bytes32.FromBytes(RandomNumberGenerator.GetBytes(Bytes32.Length)));
        if (terms.Validate() is not null)
        {
            return RouteRefusal.CapacityOutsideOffer;
        }

        if (await _chain.GetBalanceAsync(_proxy.Signer.Address, ReadAt.Latest) < terms.Deposit(capacityBytes))
        {
            return RouteRefusal.LackOfFunds;
        }

        (RouteRefusal refusal, AcceptanceAnswer? answer) = await AskExit(terms);
        if (refusal != RouteRefusal.None)
        {
            return refusal;
        }

        _book.Begin(new PoolHead
        {
            Stage = PoolStage.Opening,
            Terms = terms,
            Acceptance = answer?.Signature,
            ExpirySeconds = answer?.ExpirySeconds ?? 0,
        });
        await _book.SaveAsync();
        await GrainFactory.PoolIndex(_proxy.Signer.Address).Add(_exit);
        await Progress();
        RouteMeter.PoolOpened();
        return RouteRefusal.None;
    }

    /// <summary>The exit's acceptance; none where its last slot is free for those alone who open with a deposit, as the proxy then does.</summary>
    private async Task<(RouteRefusal Refusal, AcceptanceAnswer? Answer)> AskExit(Terms terms)
    {
        _asked = new TaskCompletionSource<AcceptanceAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _askedFor = terms.ChannelId(_chain.Domain);
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < AnswerTimeout;)
        {
            // What is pushed may be lost, so an exit that says nothing is asked again.
            AcceptanceResult asked = await GrainFactory.Provider(_exit).AskAcceptance(terms, this.AsReference<IAcceptanceObserver>());
            if (asked.Refusal != RelayRefusal.None)
            {
                return asked.Refusal == RelayRefusal.TooManyAcceptances ? (RouteRefusal.None, null) : (RefusalOf(asked.Refusal), null);
            }

            await Task.WhenAny(_asked.Task, Task.Delay(AskAgainAfter));
            if (_asked.Task.IsCompleted)
            {
                AcceptanceAnswer answer = await _asked.Task;
                return answer.Signature is null ? (RefusalOf(answer.Refusal), null) : (RouteRefusal.None, answer);
            }
        }

        return (RouteRefusal.ExitAway, null);
    }

    private ulong CapacityFor(ProviderOffer offer)
    {
        ulong most = new[] { offer.MaxCapacityBytes, offer.ChannelCapBytes }.Where(limit => limit != 0).DefaultIfEmpty(ulong.MaxValue).Min();
        ulong wanted = Math.Max(_options.ProxyPoolStepBytes, offer.MinCapacityBytes);
        return ByteCounts.RoundDownToKB(Math.Min(wanted, most));
    }

    /// <summary>Takes what the chain shows of the pool, and does what it needs next. Safe to repeat any number of times.</summary>
    private async Task Progress()
    {
        if (!_proxy.IsProxy || Head.Stage is not (PoolStage.Opening or PoolStage.Active) || _book.Ledger is not { } ledger)
        {
            return;
        }

        // Without anybody waiting this activation may end; while something is under way it may not.
        ChannelView? view = await GrainFactory.Channel(ledger.PoolId).View();
        if (_book.Ledger != ledger)
        {
            return;
        }

        switch (view?.Phase)
        {
            case ChannelPhase.Active:
                await BeActive(ledger, view);
                break;
            case ChannelPhase.Closing or ChannelPhase.Settled or ChannelPhase.Declined or ChannelPhase.Expired:
                await End($"the channel is {view.Phase}");
                break;
            case ChannelPhase.Opened:
                Unsee();
                break;
            default:
                Unsee();
                await SendOpening(ledger);
                break;
        }
    }

    private async Task BeActive(PoolLedger ledger, ChannelView view)
    {
        bool hasNews = Head.Stage == PoolStage.Opening;
        if (hasNews)
        {
            _book.Change(Head with { Stage = PoolStage.Active });
        }

        if (ledger.RaiseCapacity(view.CapacityBytes) is not null)
        {
            hasNews = true;
            _isOutOfFunds = false;
            _book.Change(Head.TopUpBytes <= view.CapacityBytes ? Head with { TopUpBytes = 0, TopUpAtMs = 0 } : Head);
        }

        if (hasNews)
        {
            await _book.SaveAsync();
            await Wake(_waiting);
        }

        await FollowTopUp();
    }

    /// <summary>A re-organisation took the pool back: nothing more is signed until the chain shows it active again.</summary>
    private void Unsee()
    {
        if (Head.Stage == PoolStage.Active)
        {
            _book.Change(Head with { Stage = PoolStage.Opening });
        }
    }

    private async Task SendOpening(PoolLedger ledger)
    {
        Terms terms = ledger.Terms;
        SettlementIntent open = SettlementIntent.Open(ledger.PoolId, terms, Head.ExpirySeconds, Head.Acceptance);
        if (Head.OperationId is { } sent)
        {
            if (await Outbox.Find(sent) is { State: IntentState.Refused } refused)
            {
                await End($"{refused.Refusal?.Error} {refused.Refusal?.Detail}");
            }

            return;
        }

        if (await IsAllowed(ledger.PoolId, terms, terms.Deposit(terms.CapacityBytes), terms.CapacityBytes)
            && (await Outbox.Enqueue(open)).Accepted)
        {
            _book.Change(Head with { OperationId = open.OperationId });
            await _book.SaveAsync();
        }
    }

    /// <summary>Nothing more is signed on this pool; its routes learn of it.</summary>
    private async Task End(string reason)
    {
        if (Head.Stage == PoolStage.Opening)
        {
            LogNotOpened(_logger, _exit, reason);
        }

        RouteMeter.PoolEnded();
        _book.Change(Head with { Stage = PoolStage.Ended, OperationId = null, TopUpBytes = 0, TopUpAtMs = 0 });
        await _book.SaveAsync();
        await Wake(_waiting.Concat(_book.Locks.Where(_book.IsUnderWay)));
    }

    private static RouteRefusal RefusalOf(RelayRefusal refusal) => refusal switch
    {
        RelayRefusal.SlotsFull => RouteRefusal.ExitWithoutSlots,
        RelayRefusal.PriceBelowFloor => RouteRefusal.PriceAboveLimit,
        RelayRefusal.ToleranceAboveLimit => RouteRefusal.ToleranceAboveLimit,
        RelayRefusal.Draining => RouteRefusal.Draining,
        RelayRefusal.CapacityOutsideOffer or RelayRefusal.DepositTooSmall => RouteRefusal.CapacityOutsideOffer,
        RelayRefusal.AboveChannelCap => RouteRefusal.AboveChannelCap,
        RelayRefusal.MonthlyCapReached => RouteRefusal.MonthlyCapReached,
        RelayRefusal.Blacklisted => RouteRefusal.Blacklisted,
        _ => RouteRefusal.ExitAway,
    };
}
