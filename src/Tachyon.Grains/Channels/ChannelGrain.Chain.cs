namespace Tachyon.Grains.Channels;

/// <content>What the chain shows, and what has to happen on it.</content>
internal sealed partial class ChannelGrain
{
    /// <summary>When the outbox is full, look again after so long.</summary>
    private const ulong RetrySeconds = 30;

    /// <inheritdoc />
    public async Task<ObserveResult> ObserveChain(ChannelEventBatch batch)
    {
        ChannelRecord before = _record.Newest;
        if (ChannelHistory.Apply(before, batch) is not { } after)
        {
            return ObserveResult.HistoryNeeded;
        }

        if (!ReferenceEquals(before, after))
        {
            await _record.SaveAsync(after);
        }
        else
        {
            await _record.WhenDurableAsync();
        }

        // Also when nothing was new: the last attempt may have died between writing and telling.
        await CarryOut();
        await TellProvider(before);
        await PushView();
        return ObserveResult.Applied;
    }

    /// <inheritdoc />
    public async Task DeadlineReached()
    {
        try
        {
            await CarryOut();
        }
#pragma warning disable CA1031 // Nobody waits for a one-way call; the deadline shard calls again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogDeadlineFailed(_logger, _id, fault);
        }
    }

    /// <inheritdoc />
    public async Task IntentChanged(IntentView intent)
    {
        try
        {
            if (Operations.HasEnded(intent))
            {
                await _record.SaveAsync(Operations.Add(_record.Newest, intent));
                if (intent.Refusal is { } refusal)
                {
                    LogOperationRefused(_logger, intent.OperationId, refusal.Error, refusal.Detail);
                }

                // A confirm that was refused frees the slot that was promised to it.
                await TellProvider(_record.Newest);

                // What waited for this one comes next, such as a challenge with evidence that arrived meanwhile.
                await CarryOut();
            }

            await Push(observer => observer.OperationChanged(intent));
        }
#pragma warning disable CA1031 // Nobody waits for a one-way call; what matters comes again from the chain.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogIntentChangeFailed(_logger, intent.OperationId, fault);
        }
    }

    /// <summary>
    /// Hands to the outbox what the durable record calls for, and keeps the deadline shard up to date. Safe to run any
    /// number of times, also interleaved. False when the outbox was full; then the deadline brings this back.
    /// </summary>
    private async Task<bool> CarryOut()
    {
        await LearnEnds();
        bool full = false;
        foreach (SettlementIntent intent in ChannelPlan.Operations(_id, _record.Durable, NowSeconds, _claimWorth.Least).ToArray())
        {
            EnqueueResult result = await GrainFactory.Settlement(_account).Enqueue(intent);
            if (result.Intent is { } operation)
            {
                await _record.SaveAsync(Operations.Add(_record.Newest, operation));
            }
            else
            {
                full = true;
            }
        }

        ulong deadline = full ? NowSeconds + RetrySeconds : ChannelPlan.Deadline(_record.Durable) ?? 0;
        if (deadline != _record.Newest.DeadlineSeconds)
        {
            await GrainFactory.DeadlinesOf(_id).Set(_id, deadline == 0 ? null : deadline);
            await _record.SaveAsync(_record.Newest with { DeadlineSeconds = deadline });
        }

        return !full;
    }

    /// <summary>
    /// The end of an operation is told in a one-way call, which a silo that dies takes with it; others wait for that end,
    /// so it is asked for.
    /// </summary>
    private async Task LearnEnds()
    {
        foreach (IntentView open in _record.Durable.Operations.Where(operation => !Operations.HasEnded(operation)).ToArray())
        {
            IntentView? found = await GrainFactory.Settlement(_account).Find(open.OperationId);
            if (found is null || Operations.HasEnded(found))
            {
                // What the outbox has forgotten ended long ago; forgotten here too, it is handed over again if it is still wanted.
                await _record.SaveAsync(found is null ? Operations.Remove(_record.Newest, open) : Operations.Add(_record.Newest, found));
            }
        }
    }

    /// <summary>Tells the provider where the channel stands, also when a re-organisation made it vanish.</summary>
    private async Task TellProvider(ChannelRecord before)
    {
        ChannelView? view = ChannelFigures.View(_id, _record.Durable)
            ?? (ChannelFigures.View(_id, before) is { } vanished ? vanished with { Phase = ChannelPhase.None } : null);
        if (view is not null)
        {
            await GrainFactory.Provider(view.Terms.Provider).ChannelChanged(view);
        }
    }

    private Task PushView() => ChannelFigures.View(_id, _record.Durable) is { } view
        ? Push(observer => observer.ChannelChanged(view))
        : Task.CompletedTask;

    /// <summary>The edge knows a channel that this silo does not: perhaps the feed just has not looked yet.</summary>
    private Task AskFeedToLook() => GrainFactory.ChainFeed(_chain.Deployment.PaymentChannels).Wake();
}
