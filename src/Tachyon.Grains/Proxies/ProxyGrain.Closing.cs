using Microsoft.Extensions.Logging;
using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Evidence;

namespace Tachyon.Grains.Proxies;

/// <content>The end of a lock, whoever ends it.</content>
internal sealed partial class ProxyGrain
{
    /// <inheritdoc />
    public async Task<SubmitClosureResult> Close(SignedClosure closure)
    {
        IChannelGrain channel = GrainFactory.Channel(_id);
        SubmitClosureResult offered = await channel.SubmitClosure(closure);
        if (!HasRoute || !offered.Accepted || offered.OperationId is not null)
        {
            return offered;
        }

        ChannelView? view = await Look();
        ClosureOutcome outcome = Ledger.SignClosure(
            closure.Closure.BytesUsed, _options.ProxyRouteStepBytes, closure.Closure.ValidUntilSeconds, _clock.NowMs, view?.PaidBytes ?? 0);
        if (outcome.Closure is not { } own)
        {
            return new SubmitClosureResult { Refusal = RefusalOf(outcome.Fault) };
        }

        return await HandIn(own);
    }

    /// <inheritdoc />
    public async Task<SubmitClosureResult> SignClosure(Address consumer, ulong bytesUsed)
    {
        if (!HasRoute || _record.Newest.Terms!.Consumer != consumer || await Look() is not { } view)
        {
            return new SubmitClosureResult { Refusal = ClosureRefusal.UnknownChannel };
        }

        if (view.Phase is not (ChannelPhase.Active or ChannelPhase.Closing))
        {
            return new SubmitClosureResult { Refusal = ClosureRefusal.WrongPhase };
        }

        // Asked again, after an answer that was lost or by a consumer that began anew, it has signed already and can sign nothing else.
        SignedClosure? own = Ledger.Closure is { } signed && signed.Closure.BytesUsed >= view.PaidBytes ? signed : null;
        ulong nowSeconds = _clock.NowSeconds;
        if (own is null || own.Closure.ValidUntilSeconds < nowSeconds + (ProtocolConstants.MaxValiditySeconds / 4))
        {
            ClosureOutcome outcome = Ledger.SignClosure(
                own?.Closure.BytesUsed ?? bytesUsed,
                _options.ProxyRouteStepBytes,
                nowSeconds + (ProtocolConstants.MaxValiditySeconds / 2),
                _clock.NowMs,
                view.PaidBytes);
            if (outcome.Closure is not { } fresh)
            {
                return new SubmitClosureResult { Refusal = RefusalOf(outcome.Fault) };
            }

            own = fresh;
        }

        return await HandIn(own);
    }

    /// <inheritdoc />
    public async Task LockChanged(ChannelView view)
    {
        try
        {
            if (HasRoute)
            {
                await FollowLock(Seen(view)!);
            }
        }
#pragma warning disable CA1031 // Nobody waits for a one-way call; every promise looks at the channel first.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFollowFailed(_logger, _id, fault);
        }
    }

    /// <inheritdoc />
    public async Task Abandoned()
    {
        ChannelView? view = HasRoute ? await Look() : null;
        if (view is not { Phase: ChannelPhase.Active } || Ledger.PromisedBytes <= view.PaidBytes)
        {
            // Nothing is owed: what was signed for a route that never began is nobody's service.
            return;
        }

        // The consumer is gone and cannot sign a closure: whatever step the newest unit states, it is what there is to collect.
        Ledger.End();
        await SaveAsync();
        await EndRoute();
        await GrainFactory.Channel(_id).RequestClose(_proxy.PermitClose(_id, _clock.NowSeconds, _chain.Domain));
    }

    /// <summary>Takes what the chain shows of the lock. False when nothing more can be promised on it.</summary>
    private async Task<bool> FollowLock(ChannelView view)
    {
        if (view.Phase is ChannelPhase.None or ChannelPhase.Opened or ChannelPhase.Active)
        {
            return true;
        }

        Ledger.End();
        await SaveAsync();

        await EndRoute();
        if (view.Phase != ChannelPhase.Closing)
        {
            await GrainFactory.Pool(_record.Newest.Exit).SettleRoute(_id);
            await Settle(view);
        }

        return false;
    }

    private async Task<SubmitClosureResult> HandIn(SignedClosure own)
    {
        // From here on nothing is promised, also after a crash: what was promised is not above what is being closed at.
        await SaveAsync();
        await GrainFactory.Pool(_record.Newest.Exit).EndRoute(_id);
        SubmitClosureResult taken = await GrainFactory.Channel(_id).SubmitClosure(own);
        return taken with { Counterpart = own };
    }

    private async Task EndRoute()
    {
        await GrainFactory.Pool(_record.Newest.Exit).EndRoute(_id);
        await _consumers.Push(observer => observer.RouteEnded(_id, RouteRefusal.LockEnded));
    }

    private async Task Settle(ChannelView view)
    {
        ProxyRecord record = _record.Newest;
        if (!record.IsSettled)
        {
            await _record.SaveAsync(record with { IsSettled = true });
            Terms atPoolPrice = record.Terms! with { Kind = ChannelKind.Direct, PricePerMB = record.PoolPricePerMB };
            RouteMeter.LockSettled(view.Settlement?.Paid ?? TokenAmount.Zero, atPoolPrice.Price(Ledger.PromisedBytes));
        }
    }

    private static ClosureRefusal RefusalOf(ClosureFault fault) => fault switch
    {
        ClosureFault.NotWholeKB => ClosureRefusal.NotWholeKB,
        ClosureFault.AboveCapacity or ClosureFault.AboveOwnCount => ClosureRefusal.AboveCapacity,
        ClosureFault.BelowOwnCount => ClosureRefusal.BelowPromised,
        ClosureFault.Expired => ClosureRefusal.Expired,
        ClosureFault.ValidTooLong => ClosureRefusal.TooFarAhead,
        ClosureFault.OtherClosureSigned => ClosureRefusal.OtherClosureSigned,
        ClosureFault.BelowPaid => ClosureRefusal.BelowPaid,
        ClosureFault.NotARouteStep => ClosureRefusal.NotARouteStep,
        _ => ClosureRefusal.None,
    };

    [LoggerMessage(1, LogLevel.Warning, "Route of lock {Lock}: what the chain shows could not be taken; it is looked at again before anything is promised")]
    private static partial void LogFollowFailed(ILogger logger, ChannelId @lock, Exception fault);
}
