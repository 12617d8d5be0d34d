using Tachyon.Chain;

namespace Tachyon.Grains.Feed;

/// <content>Reading ranges of blocks and telling the channels.</content>
internal sealed partial class ChainFeedGrain
{
    /// <summary>How many channels are told at a time.</summary>
    private const int MaxDeliveriesAtOnce = 32;

    /// <summary>Delivers one range; false when there is nothing more up to the final block, or it changed meanwhile.</summary>
    private async Task<bool> DeliverNextRange(ChainBlock final, CancellationToken cancellation)
    {
        ulong from = _record.Newest.Cursor is { } cursor ? cursor.BlockNumber + 1 : _chain.Deployment.DeployedAtBlock;
        if (from > final.Number)
        {
            return false;
        }

        ulong to = Math.Min(final.Number, from + (ulong)_options.FeedBlocksPerRequest - 1);
        ChainBlock? before = to == final.Number ? final : await _chain.FindBlockAsync(to, cancellation);
        IReadOnlyList<ChainEvent> events = await _chain.GetEventsAsync(from, to, cancellation);
        ChainBlock? after = await _chain.FindBlockAsync(to, cancellation);
        if (before is null || after?.Hash != before.Hash)
        {
            // The chain changed under the reading: what was read may be of both branches. Read again at the next poll.
            return false;
        }

        // A parked channel gets these logs with those that it misses already.
        Dictionary<ChannelId, ChannelChainEvent[]> byChannel = ChainEventMap.ByChannel(events);
        HashSet<ChannelId> parked = [.. _record.Newest.Parked.Select(channel => channel.ChannelId)];
        List<(ChannelId Channel, string Error)> failed =
            await TellAll(byChannel.Where(pair => !parked.Contains(pair.Key)), pair => pair.Key, pair => Tell(pair.Key, pair.Value, to, cancellation));
        var checkpoint = new FeedCheckpoint { BlockNumber = to, BlockHash = before.Hash, Channels = [.. byChannel.Keys] };
        await Park(record => record.Advance(checkpoint, failed.Select(one => ParkedChannel.First(one.Channel, from, one.Error, _clock.NowMs))));
        return true;
    }

    /// <summary>Tells the channels that could not be told before what they missed, those whose time has come.</summary>
    private async Task RetryParked(CancellationToken cancellation)
    {
        ulong nowMs = _clock.NowMs;
        ParkedChannel[] due = [.. _record.Newest.Parked.Where(parked => parked.NextTryMs <= nowMs)];
        if (due.Length == 0 || _record.Newest.Cursor is not { } cursor)
        {
            return;
        }

        ulong from = due.Min(parked => parked.FromBlock) ?? cursor.BlockNumber + 1;
        Dictionary<ChannelId, ChannelChainEvent[]> missed = await EventsOf([.. due.Select(parked => parked.ChannelId)], from, cursor.BlockNumber, cancellation);
        Dictionary<ChannelId, string> failed = (await TellAll(due, parked => parked.ChannelId, parked => parked.FromBlock is { } first
                ? Tell(parked.ChannelId, [.. missed.GetValueOrDefault(parked.ChannelId, []).Where(told => told.BlockNumber >= first)], cursor.BlockNumber, cancellation)
                : Rewrite([parked.ChannelId], cursor.BlockNumber, cancellation)))
            .ToDictionary(one => one.Channel, one => one.Error);
        HashSet<ChannelId> tried = [.. due.Select(parked => parked.ChannelId)];
        await Park(record => record with
        {
            Parked = [.. record.Parked
                .Where(parked => !tried.Contains(parked.ChannelId) || failed.ContainsKey(parked.ChannelId))
                .Select(parked => failed.TryGetValue(parked.ChannelId, out string? error) ? parked.Again(error, _clock.NowMs) : parked)],
        });
        foreach (ParkedChannel told in due.Where(parked => !failed.ContainsKey(parked.ChannelId)))
        {
            LogToldAfterAll(_logger, told.ChannelId, told.Attempts);
        }
    }

    /// <summary>
    /// Stores what could not be told together with the step that it belongs to: the cursor never passes what is not kept.
    /// </summary>
    /// <exception cref="InvalidOperationException">So many channels fail that it cannot be their own fault. Nothing was stored.</exception>
    private async Task Park(Func<FeedRecord, FeedRecord> step)
    {
        FeedRecord before = _record.Newest;
        FeedRecord after = step(before);
        if (after.Parked.Length > MaxParked)
        {
            throw new InvalidOperationException(
                $"{after.Parked.Length} channels cannot be told what the chain shows, so the feed goes no further. The first: {after.Parked[0].Error}");
        }

        await _record.SaveAsync(after);
        foreach (ParkedChannel parked in after.Parked.ExceptBy(before.Parked.Select(known => known.ChannelId), parked => parked.ChannelId))
        {
            LogParked(_logger, parked.ChannelId, parked.Error);
        }
    }

    private async Task Tell(ChannelId channel, ChannelChainEvent[] events, ulong upToBlock, CancellationToken cancellation)
    {
        ObserveResult result = await GrainFactory.Channel(channel).ObserveChain(new ChannelEventBatch { Events = events, UpToBlock = upToBlock });
        if (result == ObserveResult.HistoryNeeded)
        {
            await Rewrite([channel], upToBlock, cancellation);
        }
    }

    /// <summary>Gives channels their whole history, which replaces what they knew.</summary>
    private async Task<List<(ChannelId Channel, string Error)>> RewriteAll(
        IReadOnlyCollection<ChannelId> channels, ulong upToBlock, CancellationToken cancellation)
    {
        Dictionary<ChannelId, ChannelChainEvent[]> byChannel =
            await EventsOf([.. channels], _chain.Deployment.DeployedAtBlock, upToBlock, cancellation);
        return await TellAll(channels, channel => channel, async channel =>
        {
            ObserveResult result = await GrainFactory.Channel(channel).ObserveChain(new ChannelEventBatch
            {
                Events = byChannel.GetValueOrDefault(channel) ?? [],
                ReplacesHistory = true,
                UpToBlock = upToBlock,
            });
            if (result != ObserveResult.Applied)
            {
                // No endpoint that tells the truth can show such logs.
                throw new InvalidOperationException("its logs make no sense; check the RPC endpoint");
            }
        });
    }

    private async Task Rewrite(ChannelId[] channels, ulong upToBlock, CancellationToken cancellation)
    {
        if (await RewriteAll(channels, upToBlock, cancellation) is [var failed, ..])
        {
            throw new InvalidOperationException(failed.Error);
        }
    }

    private async Task<Dictionary<ChannelId, ChannelChainEvent[]>> EventsOf(
        HashSet<ChannelId> channels, ulong from, ulong to, CancellationToken cancellation)
    {
        var events = new List<ChainEvent>();
        while (from <= to)
        {
            ulong last = Math.Min(to, from + (ulong)_options.FeedBlocksPerRequest - 1);
            IReadOnlyList<ChainEvent> range = await _chain.GetEventsAsync(from, last, cancellation);
            events.AddRange(range.Where(chainEvent => chainEvent is ChannelEvent of && channels.Contains(of.Channel)));
            from = last + 1;
        }

        return ChainEventMap.ByChannel(events);
    }

    /// <summary>Tells each; one that fails keeps no other from being told. A chain that does not answer ends it all.</summary>
    private static async Task<List<(ChannelId Channel, string Error)>> TellAll<T>(IEnumerable<T> items, Func<T, ChannelId> channelOf, Func<T, Task> tell)
    {
        var failed = new List<(ChannelId Channel, string Error)>();

        // Tasks of this activation, all on its scheduler; only the calls to other grains run at the same time.
        foreach (T[] chunk in items.Chunk(MaxDeliveriesAtOnce))
        {
            await Task.WhenAll(chunk.Select(async item =>
            {
                try
                {
                    await tell(item);
                }
#pragma warning disable CA1031 // Whatever ails one channel must not keep the others from what the chain shows.
                catch (Exception fault) when (fault is not (ChainUnavailableException or OperationCanceledException))
#pragma warning restore CA1031
                {
                    failed.Add((channelOf(item), fault.Message));
                }
            }));
        }

        return failed;
    }
}
