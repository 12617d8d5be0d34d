using Tachyon.Grains.Telemetry;

namespace Tachyon.Grains.Channels;

/// <content>What the chain shows, and what the outbox and the deadlines tell.</content>
internal sealed partial class ChannelGrain
{
    /// <inheritdoc />
    public async Task<ObserveResult> ObserveChain(ChannelEventBatch batch)
    {
        ChannelRecord before = _record.Newest;
        if (ChannelHistory.Apply(before, batch, _id, _chain.Domain) is not { } after)
        {
            LetGoIfUnknown();
            return ObserveResult.HistoryNeeded;
        }

        if (before != after)
        {
            await _record.SaveAsync(after);
            if (before.Phase != ChannelPhase.Settled && after.Phase == ChannelPhase.Settled && ChannelFigures.View(_id, after)?.Settlement is { } settled)
            {
                ChannelMeter.ChannelSettled(settled);
            }
        }
        else
        {
            await _record.WhenDurableAsync();
        }

        // Also when nothing was new: the last attempt may have died between writing and telling.
        await CarryOut();
        await TellProvider(before);
        await TellProxy();
        await PushView();
        LetGoIfOver();
        return ObserveResult.Applied;
    }

    /// <inheritdoc />
    public async Task DeadlineReached()
    {
        try
        {
            // Asked before the next time is set, which a channel without units goes by.
            bool isAbandoned = IsAbandoned(_record.Durable);

            // The shard may hold a time that this channel does not know of any more, set just before a crash.
            await CarryOut(resetsDeadline: true);
            if (isAbandoned)
            {
                await TellAbandoned(_record.Durable.Terms!);
            }

            LetGoIfOver();
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
            if (IsToBeKept(intent))
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
            LetGoIfOver();
        }
#pragma warning disable CA1031 // Nobody waits for a one-way call; what matters comes again from the chain.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogIntentChangeFailed(_logger, intent.OperationId, fault);
        }
    }

    /// <summary>Ends, and how far a challenge is: what others wait for. Of a channel that is unknown here, nothing.</summary>
    private bool IsToBeKept(IntentView intent)
    {
        IntentView? known = Operations.Find(_record.Newest, intent.OperationId);
        return (Operations.HasEnded(intent) || (intent.Kind == IntentKind.Challenge && intent.State != known?.State))
            && (_record.Newest.Terms is not null || known is not null);
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
}
