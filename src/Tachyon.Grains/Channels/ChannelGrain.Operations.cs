namespace Tachyon.Grains.Channels;

/// <content>Having done on chain what the record calls for.</content>
internal sealed partial class ChannelGrain
{
    // Mostly nothing is under way.
    private Task<bool>? _carrying;
    private Task<bool>? _carryingNext;
    private bool _resetsDeadline;
    private bool _byHand;

    /// <summary>
    /// Hands to the outbox what the durable record calls for, and keeps the deadline shard up to date. Safe to repeat any
    /// number of times. False when the outbox was full; then the deadline brings this back.
    /// </summary>
    /// <remarks>
    /// One at a time, since each decides on what the one before has asked for. Whoever comes during one shares the next with
    /// all the others who wait, so that nobody waits for more than two, however many units are handed in meanwhile.
    /// </remarks>
    private Task<bool> CarryOut(bool resetsDeadline = false, bool byHand = false)
    {
        _resetsDeadline |= resetsDeadline;
        _byHand |= byHand;
        if (_carryingNext is not null)
        {
            return _carryingNext;
        }

        return _carrying is { IsCompleted: false } running ? _carryingNext = CarryOutAfter(running) : _carrying = CarryOutOnce();
    }

    /// <summary>The units are durable, and that is what is acknowledged; what they call for on chain, the deadline comes back to.</summary>
    private async Task CarryOutAfterUnits()
    {
        if (!ChannelPlan.IsCalledForByUnits(_id, _record.Durable, NowSeconds, Limits))
        {
            return;
        }

        try
        {
            await CarryOut();
        }
#pragma warning disable CA1031 // Whatever it is, it is not the edge's fault.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogOperationNotAskedFor(_logger, _id, fault);
        }
    }

    private async Task<bool> CarryOutAfter(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        _carryingNext = null;
        return await (_carrying = CarryOutOnce());
    }

    private async Task<bool> CarryOutOnce()
    {
        await LearnEnds();
        ulong nowSeconds = NowSeconds;
        bool full = false;
        PlanLimits limits = Limits with { IsPartyKnown = await IsPartyKnown(nowSeconds) };

        // What the operator asks for is not held against the size of the channel, nor against whose it is.
        PlanLimits asked = _byHand ? limits with { LeastDeposit = TokenAmount.Zero, IsPartyKnown = true } : limits;
        _byHand = false;
        foreach (SettlementIntent intent in ChannelPlan.Operations(_id, _record.Durable, nowSeconds, asked).ToArray())
        {
            EnqueueResult result = await GrainFactory.Settlement(_account).Enqueue(intent);
            if (result.Intent is { } operation)
            {
                ChannelRecord next = Operations.Add(_record.Newest, operation);
                await _record.SaveAsync(intent.Kind == IntentKind.Challenge
                    ? ChallengePolicy.Mark(next, intent, nowSeconds, _challengeMargin)
                    : next);
            }
            else
            {
                full = true;
            }
        }

        ulong deadline = full ? nowSeconds + ChannelPlan.RetrySeconds : Deadline(_record.Durable, nowSeconds, limits);
        if (_resetsDeadline || deadline != _record.Newest.DeadlineSeconds)
        {
            _resetsDeadline = false;
            await SetDeadline(deadline);
        }

        return !full;
    }

    /// <summary>
    /// Whether the parties have anything to do with this operator. The provider is asked only when it matters: the chain shows
    /// the channels of all operators, and most of them end elsewhere.
    /// </summary>
    private async Task<bool> IsPartyKnown(ulong nowSeconds)
    {
        ChannelRecord record = _record.Durable;
        return ChannelPlan.HasShownItself(record)
            || !ChannelPlan.IsDueByTime(record, nowSeconds)
            || (await GrainFactory.Provider(record.Terms!.Provider).View()).Offer is not null;
    }

    private async Task SetDeadline(ulong deadlineSeconds)
    {
        await GrainFactory.DeadlinesOf(_id).Set(_id, deadlineSeconds == 0 ? null : deadlineSeconds);
        if (deadlineSeconds != _record.Newest.DeadlineSeconds)
        {
            await _record.SaveAsync(_record.Newest with { DeadlineSeconds = deadlineSeconds });
        }
    }

    /// <summary>
    /// How far an operation is, is told in a one-way call, which a silo that dies takes with it; others wait for that, so it
    /// is asked for.
    /// </summary>
    private async Task LearnEnds()
    {
        foreach (IntentView open in _record.Durable.Operations.Where(operation => !Operations.HasEnded(operation)).ToArray())
        {
            IntentView? found = await GrainFactory.Settlement(_account).Find(open.OperationId);
            if (found is null)
            {
                // What the outbox has forgotten ended long ago; forgotten here too, it is handed over again if it is still wanted.
                await _record.SaveAsync(Operations.Remove(_record.Newest, open));
            }
            else if (found.State != open.State && IsToBeKept(found))
            {
                await _record.SaveAsync(Operations.Add(_record.Newest, found));
            }
        }
    }
}
