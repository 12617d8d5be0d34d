using Tachyon.Chain;
using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <content>How a pool begins, and what the chain shows of it.</content>
internal sealed partial class PoolGrain
{
    /// <summary>How long a refusal is remembered: so long the exit is not bothered again, and whoever asks hears it at once.</summary>
    private const ulong RefusedForMs = 10_000;

    // Nobody's call waits for it.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    private Task? _opening;
    private (RouteRefusal Refusal, ulong UntilMs) _refusal;
    private TaskCompletionSource<AcceptanceAnswer>? _asked;
    private ChannelId _askedFor;

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

    private bool IsOpening => _opening is { IsCompleted: false };

    /// <summary>Has the planned pool opened, unless that is under way or was refused a moment ago.</summary>
    private void StartOpening()
    {
        if (_planning.IsCompleted && !IsOpening && RefusedNow == RouteRefusal.None)
        {
            _opening = OpenPlanned();
        }
    }

    private async Task OpenPlanned()
    {
        RouteRefusal refusal;
        try
        {
            refusal = await Open(_book.Ledger!);
        }
        catch (ChainUnavailableException)
        {
            refusal = RouteRefusal.ChainAway;
        }
#pragma warning disable CA1031 // Nobody waits for it; whoever waits for the pool asks for it again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogNotOpened(_logger, _exit, fault.Message);
            return;
        }

        if (refusal != RouteRefusal.None)
        {
            LogNotOpened(_logger, _exit, refusal.ToString());
            _refusal = (refusal, _clock.NowMs + RefusedForMs);
            ChannelId[] waiting = [.. _waiting];
            _waiting.Clear();
            await Task.WhenAll(waiting.Select(lockId => GrainFactory.Proxy(lockId).PoolRefused(refusal)));
        }
    }

    /// <summary>
    /// Opens the pool as planned: what held when it was is asked for again, since then the exit, the account and the slots may have changed.
    /// </summary>
    private async Task<RouteRefusal> Open(PoolLedger planned)
    {
        ProviderView exit = await GrainFactory.Provider(_exit).View();
        RouteRefusal against = Against(exit);
        against = against == RouteRefusal.None ? await AgainstOpening(exit, planned.Terms) : against;
        if (against != RouteRefusal.None)
        {
            return against;
        }

        (RouteRefusal refusal, AcceptanceAnswer? answer) = await AskExit(planned.Terms);
        if (refusal != RouteRefusal.None)
        {
            return refusal;
        }

        if (_waiting.Count == 0)
        {
            // Who waited closed its lock meanwhile: no step is bound, and no gas spent, for nobody.
            return RouteRefusal.None;
        }

        _book.Change(Head with
        {
            Stage = PoolStage.Opening,
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
        for (long began = _clock.GetTimestamp(); _clock.GetElapsedTime(began) < AnswerTimeout;)
        {
            // What is pushed may be lost, so an exit that says nothing is asked again.
            AcceptanceResult asked = await GrainFactory.Provider(_exit).AskAcceptance(terms, this.AsReference<IAcceptanceObserver>());
            if (asked.Refusal != RelayRefusal.None)
            {
                return asked.Refusal == RelayRefusal.TooManyAcceptances ? (RouteRefusal.None, null) : (RefusalOf(asked.Refusal), null);
            }

            await Task.WhenAny(_asked.Task, _clock.Delay(AskAgainAfter));
            if (_asked.Task.IsCompleted)
            {
                AcceptanceAnswer answer = await _asked.Task;
                return answer.Signature is null ? (RefusalOf(answer.Refusal), null) : (RouteRefusal.None, answer);
            }
        }

        return (RouteRefusal.ExitAway, null);
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
        if (_book.Ledger != ledger || Head.Stage is not (PoolStage.Opening or PoolStage.Active))
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
        if (ledger.Phase is LedgerPhase.Disputed or LedgerPhase.Contradicted)
        {
            await CloseDisputed(ledger.PoolId);
            return;
        }

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
