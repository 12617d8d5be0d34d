using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <content>What locks promise, and what the exit says.</content>
internal sealed partial class PoolGrain
{
    // Locks without a share that are looked at just now.
    private readonly Dictionary<ChannelId, Joining> _joining = [];

    /// <inheritdoc />
    public async Task<PromiseResult> Raise(PoolPromise promise)
    {
        if (NotTaken(promise) is { } early)
        {
            return early;
        }

        if (promise.PromisedBytes > 0 && _book.Ledger!.Find(promise.LockId) is null)
        {
            bool joins = await Joins(promise);
            if (NotTaken(promise) is { } late)
            {
                return late;
            }

            if (!joins)
            {
                return PromiseResult.Ended;
            }
        }

        ShareOutcome outcome = _book.Raise(promise);
        if (outcome.Record is not null)
        {
            _unlocked.Release(promise.LockId);
            _raised.Add(promise.LockId);
        }

        if (outcome.Fault is ShareFault.PoolEnded or ShareFault.TagTaken)
        {
            return PromiseResult.Ended;
        }

        PromiseResult result = ConsiderTopUp(outcome.Fault == ShareFault.PoolFull);
        if (outcome.Fault == ShareFault.PoolFull)
        {
            _waiting.Add(promise.LockId);
        }

        // The lock answers its consumer when this returns, so that nothing that was answered is forgotten here.
        await Pump();
        return outcome.Fault == ShareFault.PoolFull ? result : PromiseResult.Taken;
    }

    /// <inheritdoc />
    public async Task<bool> Attach(ChannelId poolId, IPoolObserver exit, bool everything)
    {
        if (!_proxy.IsProxy || _book.Ledger is not { } ledger || ledger.PoolId != poolId)
        {
            LetGoIfNone();
            return false;
        }

        if (Head.Stage == PoolStage.Opening)
        {
            await Progress();
        }

        if (Head.Stage != PoolStage.Active)
        {
            return false;
        }

        if (!_exits.Renew(exit) && !everything)
        {
            return true;
        }

        // Taken before it is written, as in every round: what is signed meanwhile is not durable yet when this is.
        SignedUnit? newest = ledger.NewestOwn;
        TagCreditEntry[] credits = CreditsOf(ledger, _book.Locks);
        await _book.SaveAsync();
        ledger.StartSession(_clock.NowMs);
        await PushCredits(ledger.PoolId, newest, credits, push => push(exit));
        await Pump();
        return true;
    }

    /// <inheritdoc />
    public Task Detach(IPoolObserver exit)
    {
        _exits.Remove(exit);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<PoolReportResult> Report(ChannelId poolId, SignedUnit? unit, TagCountEntry[] counts)
    {
        if (!_proxy.IsProxy || _book.Ledger is not { } ledger || ledger.PoolId != poolId)
        {
            LetGoIfNone();
            return new PoolReportResult { IsKnown = false };
        }

        UnitRefusal unitRefusal = unit is null ? UnitRefusal.None : Receive(ledger, unit);
        var refusals = new CountRefusal[counts.Length];
        var told = new List<Task>(counts.Length);
        for (int i = 0; i < counts.Length; i++)
        {
            refusals[i] = Receive(ledger, counts[i], out (ChannelId LockId, ulong CountedBytes)? taken);
            if (taken is { } counted)
            {
                told.Add(GrainFactory.Proxy(counted.LockId).Counted(poolId, counted.CountedBytes));
            }
        }

        told.Add(Pump());
        await Task.WhenAll(told);
        return new PoolReportResult { IsKnown = true, Unit = unitRefusal, Counts = refusals };
    }

    /// <inheritdoc />
    public Task EndRoute(ChannelId lockId)
    {
        _waiting.Remove(lockId);
        JoinsNoMore(lockId);
        if (_proxy.IsProxy && _book.End(lockId) && _book.Ledger?.Find(lockId) is { } share)
        {
            _over.Add(share.Tag);
        }

        // What fails here is read again, and asked for again by the lock.
        return Tick(CancellationToken.None);
    }

    /// <inheritdoc />
    public Task SettleRoute(ChannelId lockId)
    {
        JoinsNoMore(lockId);
        _credits.Remove(lockId);
        if (_proxy.IsProxy)
        {
            _book.Settle(lockId);
        }

        return Tick(CancellationToken.None);
    }

    /// <summary>Why a promise is not taken now; null where it may be.</summary>
    private PromiseResult? NotTaken(PoolPromise promise)
    {
        if (!_proxy.IsProxy || _book.Ledger is not { } ledger || ledger.PoolId != promise.PoolId
            || Head.Stage == PoolStage.Ended || ledger.Phase != LedgerPhase.Serving)
        {
            return PromiseResult.Ended;
        }

        if (Head.Stage == PoolStage.Active)
        {
            return null;
        }

        if (Head.Stage == PoolStage.Planned && RefusedNow is var refused and not RouteRefusal.None)
        {
            _ = GrainFactory.Proxy(promise.LockId).PoolRefused(refused);
            return PromiseResult.Later;
        }

        _waiting.Add(promise.LockId);
        if (Head.Stage == PoolStage.Planned)
        {
            StartOpening();
        }

        return PromiseResult.Later;
    }

    /// <summary>
    /// Whether a lock that has no share here may have one. A settled lock's share is part of the sum already, so a promise of it that
    /// was long on its way would count twice: before a lock tells this grain that it is over, it has stored that nothing more is promised on it.
    /// So it is asked, and nothing needs to be remembered of all the locks that there were.
    /// </summary>
    private async Task<bool> Joins(PoolPromise promise)
    {
        if (!_joining.TryGetValue(promise.LockId, out Joining? joining))
        {
            _joining[promise.LockId] = joining = new Joining();
        }

        joining.Calls++;
        RouteView? route;
        try
        {
            route = await GrainFactory.Proxy(promise.LockId).View();
        }
        finally
        {
            if (--joining.Calls == 0 && !joining.IsOver)
            {
                _joining.Remove(promise.LockId);
            }
        }

        return _book.Ledger?.Find(promise.LockId) is not null
            || (!joining.IsOver && route is { IsEnding: false } && route.PoolId == promise.PoolId && route.PromisedBytes >= promise.PromisedBytes);
    }

    /// <summary>What the lock said before this is of no worth any more; who asks after it asks anew.</summary>
    private void JoinsNoMore(ChannelId lockId)
    {
        if (_joining.Remove(lockId, out Joining? joining))
        {
            joining.IsOver = true;
        }
    }

    private UnitRefusal Receive(PoolLedger ledger, SignedUnit unit)
    {
        PeerUnitOutcome outcome = ledger.Receive(unit, _clock.NowMs);
        if (outcome.Record is not null)
        {
            _book.ChainChanged();
        }

        if (outcome.Kind is PeerUnitKind.Disputed or PeerUnitKind.Contradiction)
        {
            LogDisputed(_logger, ledger.PoolId, _exit);
            _ = Wake(_book.Locks.Where(_book.IsUnderWay));
        }

        return outcome.Kind switch
        {
            PeerUnitKind.Agreed or PeerUnitKind.Repeated or PeerUnitKind.Disputed => UnitRefusal.None,
            PeerUnitKind.Contradiction => UnitRefusal.Contradiction,
            _ => outcome.Fault switch
            {
                UnitFault.WrongChannel => UnitRefusal.OtherChannel,
                UnitFault.WrongParties => UnitRefusal.OtherParties,
                UnitFault.IndexZero => UnitRefusal.IndexZero,
                UnitFault.NotWholeKB => UnitRefusal.NotWholeKB,
                UnitFault.AboveCapacity => UnitRefusal.AboveCapacity,
                UnitFault.TimestampAhead => UnitRefusal.TimestampAhead,
                UnitFault.BadSignature => UnitRefusal.WrongSigner,
                _ => UnitRefusal.WrongPhase,
            },
        };
    }

    /// <summary>
    /// Takes a count. One that is known goes to its lock again: the lock may not have heard of it.
    /// </summary>
    private CountRefusal Receive(PoolLedger ledger, TagCountEntry entry, out (ChannelId LockId, ulong CountedBytes)? taken)
    {
        var count = new TagCount(ledger.PoolId, entry.Tag, entry.Index, entry.BytesUsed, entry.TimestampMs);
        TagCountOutcome outcome = _book.ReceiveCount(new SignedTagCount(count, entry.Signature));
        PoolShare? known = outcome.Fault == TagCountFault.Old ? ledger.Find(entry.Tag) : null;
        taken = outcome.Taken is { } record ? (record.LockId, record.BytesUsed)
            : known is { } share && share.CountIndex == entry.Index ? (share.LockId, share.CountedBytes)
            : null;
        return outcome.Fault switch
        {
            TagCountFault.None or TagCountFault.Old => CountRefusal.None,
            TagCountFault.UnknownTag or TagCountFault.WrongChannel => CountRefusal.UnknownTag,
            TagCountFault.BadSignature => CountRefusal.WrongSigner,
            TagCountFault.AboveCredit => CountRefusal.AboveCredit,
            _ => CountRefusal.BadCount,
        };
    }

    /// <summary>Promises of one lock, which come at once, and wait for what the lock says.</summary>
    private sealed class Joining
    {
        internal int Calls { get; set; }

        internal bool IsOver { get; set; }
    }
}
