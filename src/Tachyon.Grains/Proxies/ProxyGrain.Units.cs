using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <content>What the consumer signs, what the exit counts, and what is promised in between.</content>
internal sealed partial class ProxyGrain
{
    /// <inheritdoc />
    public async Task<SubmitUnitsResult> Submit(UnitBatch batch, IRouteObserver? consumer)
    {
        // First where it can be collected by, whatever happens to this grain. How the lock stands is looked up meanwhile.
        Task<SubmitUnitsResult> keeping = GrainFactory.Channel(_id).SubmitUnits(batch);
        Task<ChannelView?> looking = GrainFactory.Channel(_id).View();
        await Task.WhenAll(keeping, looking);
        SubmitUnitsResult kept = await keeping;
        SignedUnit? unit = batch.ConsumerUnits.Aggregate((SignedUnit?)null, UnitOrder.Newest);
        bool isContradiction = kept.Refusal == UnitRefusal.Contradiction && !kept.RefusedProvider;
        if (!HasRoute || unit is null || (!kept.Accepted && !isContradiction))
        {
            return kept;
        }

        // Not before the unit was found to be the consumer's: locks are public, and what the proxy says on one tells how far its route is.
        if (consumer is not null)
        {
            _consumers.Renew(consumer);
        }

        ChannelView? view = Seen(await looking);
        PeerUnitOutcome outcome = Ledger.Receive(unit, _clock.NowMs);
        PromiseOutcome? promise = await Promise(view);
        await SaveAsync();

        // The answer comes last: a consumer that has none says its unit again, whatever was lost on the way to the exit.
        await PassOn(promise);
        if (outcome.Answer is { } answer)
        {
            await _consumers.Push(observer => observer.LockAnswered(answer));
        }

        return kept;
    }

    /// <inheritdoc />
    public async Task Counted(ChannelId poolId, ulong countedBytes)
    {
        if (!HasRoute)
        {
            return;
        }

        ulong before = Ledger.CountedBytes;
        ShareCounted? counted = Ledger.Count(poolId, countedBytes, isWanted: true, _clock.NowMs);
        PromiseOutcome? promise = MayPromise ? await Promise(await Look()) : null;
        await SaveAsync();
        RouteMeter.BytesCounted(Ledger.CountedBytes - before);

        await PassOn(promise);
        if (counted?.Answer is { } answer)
        {
            await _consumers.Push(observer => observer.LockAnswered(answer));
        }
    }

    /// <inheritdoc />
    public async Task SayAgain()
    {
        if (!HasRoute)
        {
            return;
        }

        ChannelView? view = await Look();
        if (view is null || !await FollowLock(view))
        {
            return;
        }

        PromiseOutcome? promise = await Promise(view);
        await SaveAsync();
        await PassOn(promise);
    }

    /// <inheritdoc />
    public Task PoolRefused(RouteRefusal reason) => _consumers.Push(observer => observer.RouteEnded(_id, reason));

    /// <summary>Whether the consumer signed more than was promised.</summary>
    private bool MayPromise => MayServe && Ledger.CollectableBytes > Ledger.PromisedBytes;

    /// <summary>The lock as its channel shows it, with a capacity that was raised.</summary>
    private async Task<ChannelView?> Look() => Seen(await GrainFactory.Channel(_id).View());

    private ChannelView? Seen(ChannelView? view)
    {
        if (view is { Phase: ChannelPhase.Active })
        {
            Ledger.RaiseCapacity(view.CapacityBytes);
        }

        return view;
    }

    /// <summary>
    /// What may be promised to the pool now, in the ledger; null where nothing may. Nothing is promised to a pool that is not
    /// open yet: one that is never opened would keep it. The first lock with something to collect has it opened.
    /// </summary>
    private async Task<PromiseOutcome?> Promise(ChannelView? view)
    {
        if (view is not { Phase: ChannelPhase.Active } || !MayServe || Ledger.CollectableBytes == 0 || !await IsPoolReady())
        {
            return null;
        }

        ProxyRecord record = _record.Newest;
        PromiseOutcome outcome = Ledger.Promise(record.PoolId, record.PoolPricePerMB);
        if (outcome.Record is SharePromised)
        {
            RouteMeter.BytesPromised(outcome.PromisedBytes);
        }

        return outcome.Fault == PromiseFault.None && outcome.PromisedBytes > 0 ? outcome : null;
    }

    private async Task<bool> IsPoolReady() => _isPoolReady || (_isPoolReady = await Raise(0) == PromiseResult.Taken);

    /// <summary>Tells the pool what is durably promised.</summary>
    private async Task PassOn(PromiseOutcome? promise)
    {
        if (promise is { } durable)
        {
            await Raise(durable.PromisedBytes);
        }
    }

    private async Task<PromiseResult> Raise(ulong promisedBytes)
    {
        ProxyRecord record = _record.Newest;
        PromiseResult result = await GrainFactory.Pool(record.Exit).Raise(new PoolPromise
        {
            PoolId = record.PoolId,
            LockId = _id,
            Tag = record.Tag,
            RouteAddress = record.RouteAddress,
            PromisedBytes = promisedBytes,
        });
        RouteRefusal ended = result switch
        {
            PromiseResult.Ended => RouteRefusal.PoolEnded,
            PromiseResult.Full => RouteRefusal.AboveChannelCap,
            PromiseResult.NoFunds => RouteRefusal.LackOfFunds,
            _ => RouteRefusal.None,
        };
        if (ended != RouteRefusal.None)
        {
            _isPoolReady = _isPoolReady && result != PromiseResult.Ended;
            await _consumers.Push(observer => observer.RouteEnded(_id, ended));
        }

        return result;
    }
}
