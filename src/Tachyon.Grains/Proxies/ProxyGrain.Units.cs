using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <content>What the consumer signs, what the exit counts, and what is promised in between.</content>
internal sealed partial class ProxyGrain
{
    // What the lock's channel was heard to hold durably of the consumer's units: so much can be collected, whatever happens to this grain.
    private ulong _keptBytes;

    // The lock as its channel last showed it, while that was active. What is promised on it leaves only when the channel has said so again.
    private ChannelView? _lastActive;

    /// <inheritdoc />
    public async Task<SubmitUnitsResult> Submit(UnitBatch batch, IRouteObserver? consumer)
    {
        Task<SubmitUnitsResult> keeping = Keep(batch);
        SignedUnit? unit = batch.ConsumerUnits.Aggregate((SignedUnit?)null, UnitOrder.Newest);
        if (!HasRoute || unit is null)
        {
            return await keeping;
        }

        ChannelView? view = _lastActive is { } active && unit.Unit.BytesUsed <= active.CapacityBytes ? active : await Look();
        if (view is not { Phase: ChannelPhase.Active } && !IsOfConsumer(await keeping))
        {
            return await keeping;
        }

        // Both are written at once. What is promised on the unit leaves after both, while the lock is active still, and so does the answer.
        LockLedger ledger = Ledger;
        PeerUnitOutcome outcome = ledger.Receive(unit, _clock.NowMs);
        Listen(consumer, outcome.Kind != PeerUnitKind.Refused);
        Pledge? pledge = await Promise(ledger, view);
        await Task.WhenAll(keeping, SaveAsync(ledger));
        SubmitUnitsResult kept = await keeping;
        if (!IsOfConsumer(kept))
        {
            return kept;
        }

        Listen(consumer, isOfConsumer: true);

        // The answer comes last: a consumer that has none says its unit again, whatever was lost on the way to the exit.
        if (kept.IsActive)
        {
            await PassOn(pledge);
        }

        return kept with { Answer = outcome.Answer };
    }

    /// <inheritdoc />
    public async Task Counted(ChannelId poolId, ulong countedBytes)
    {
        if (!HasRoute)
        {
            return;
        }

        LockLedger ledger = Ledger;
        ulong before = ledger.CountedBytes;
        ShareCounted? counted = ledger.Count(poolId, countedBytes, isWanted: true, _clock.NowMs);
        RouteMeter.BytesCounted(ledger.CountedBytes - before);
        Pledge? pledge = MayPromise ? await Promise(ledger, await Look()) : null;
        await SaveAsync(ledger);

        await PassOn(pledge);
        await Say(counted?.Answer);
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

        LockLedger ledger = Ledger;
        Pledge? pledge = await Promise(ledger, view);
        await SaveAsync(ledger);
        await PassOn(pledge);
    }

    /// <inheritdoc />
    public Task PoolRefused(RouteRefusal reason) => _consumers.Push(observer => observer.RouteEnded(_id, reason));

    /// <summary>Whether the consumer signed more than was promised.</summary>
    private bool MayPromise => MayServe && Ledger.CollectableBytes > Ledger.PromisedBytes;

    /// <summary>The lock as its channel shows it, with a capacity that was raised.</summary>
    private async Task<ChannelView?> Look() => Seen(await GrainFactory.Channel(_id).View());

    private ChannelView? Seen(ChannelView? view)
    {
        _lastActive = view is { Phase: ChannelPhase.Active } ? view : null;
        if (_lastActive is { } active)
        {
            Ledger.RaiseCapacity(active.CapacityBytes);
        }

        return view;
    }

    /// <summary>Whether the channel found the unit to be the consumer's, also where it contradicts another.</summary>
    private static bool IsOfConsumer(SubmitUnitsResult kept) =>
        kept.Accepted || (kept.Refusal == UnitRefusal.Contradiction && !kept.RefusedProvider);

    private async Task<SubmitUnitsResult> Keep(UnitBatch batch)
    {
        SubmitUnitsResult kept = await GrainFactory.Channel(_id).SubmitUnits(batch);
        _keptBytes = Math.Max(_keptBytes, kept.ConsumerBytes);
        _lastActive = kept.IsActive ? _lastActive : null;
        return kept;
    }

    /// <summary>
    /// What may be promised to the pool now, in the ledger; null where nothing may. Nothing is promised to a pool that is not
    /// open yet: one that is never opened would keep it. The first lock with something to collect has it opened.
    /// </summary>
    private async Task<Pledge?> Promise(LockLedger ledger, ChannelView? view)
    {
        if (view is not { Phase: ChannelPhase.Active } || !MayServe || ledger.CollectableBytes == 0 || !await IsPoolReady())
        {
            return null;
        }

        ProxyRecord record = _record.Newest;
        PromiseOutcome outcome = ledger.Promise(record.PoolId, record.PoolPricePerMB);
        if (outcome.Record is SharePromised)
        {
            RouteMeter.BytesPromised(outcome.PromisedBytes);
        }

        return outcome.Fault == PromiseFault.None && outcome.PromisedBytes > 0
            ? new Pledge(record.PoolId, outcome.PromisedBytes, ledger.PromisedBytes)
            : null;
    }

    private async Task<bool> IsPoolReady()
    {
        ChannelId poolId = _record.Newest.PoolId;
        if (_readyPool != poolId && await Raise(poolId, 0) == PromiseResult.Taken)
        {
            _readyPool = poolId;
        }

        // It may have become another one meanwhile.
        return _readyPool == _record.Newest.PoolId;
    }

    /// <summary>
    /// Tells the pool what is durably promised, once the channel holds a unit by which all that is promised can be collected: the two
    /// are written side by side, so that a crash or a refusal may have left the promise alone.
    /// </summary>
    private async Task PassOn(Pledge? pledge)
    {
        if (pledge is not { } durable || !MayServe)
        {
            return;
        }

        if (durable.CoveredBytes > _keptBytes && Ledger.NewestPeer is { } newest)
        {
            await Keep(new UnitBatch { ConsumerUnits = [newest] });
        }

        if (durable.CoveredBytes <= _keptBytes)
        {
            await Raise(durable.PoolId, durable.PromisedBytes);
        }
    }

    /// <summary>
    /// Pushes to a consumer from now on, but not before a unit was found to be its own: locks are public, and what the proxy says on
    /// one tells how far its route is.
    /// </summary>
    private void Listen(IRouteObserver? consumer, bool isOfConsumer)
    {
        if (consumer is not null && isOfConsumer)
        {
            _consumers.Renew(consumer);
        }
    }

    /// <summary>Says a unit of the proxy's that is durable.</summary>
    private Task Say(SignedUnit? answer) =>
        answer is null ? Task.CompletedTask : _consumers.Push(observer => observer.LockAnswered(answer));

    private async Task<PromiseResult> Raise(ChannelId poolId, ulong promisedBytes)
    {
        ProxyRecord record = _record.Newest;
        PromiseResult result = await GrainFactory.Pool(record.Exit).Raise(new PoolPromise
        {
            PoolId = poolId,
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
            _readyPool = result == PromiseResult.Ended && _readyPool == poolId ? null : _readyPool;
            await _consumers.Push(observer => observer.RouteEnded(_id, ended));
        }

        return result;
    }

    /// <summary>A promise in the ledger that is yet to be passed on.</summary>
    /// <param name="PoolId">The pool.</param>
    /// <param name="PromisedBytes">What it is promised, cumulative.</param>
    /// <param name="CoveredBytes">All that is promised on the lock with it: so much the consumer must have signed, durably with the channel.</param>
    private readonly record struct Pledge(ChannelId PoolId, ulong PromisedBytes, ulong CoveredBytes);
}
