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

        Dictionary<ChannelId, ChannelChainEvent[]> byChannel = ChainEventMap.ByChannel(events);
        await Parallel(byChannel, pair => Tell(pair.Key, pair.Value, to, cancellation));
        await _record.SaveAsync(_record.Newest.Advance(new FeedCheckpoint
        {
            BlockNumber = to,
            BlockHash = before.Hash,
            Channels = [.. byChannel.Keys],
        }));
        return true;
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
    private async Task Rewrite(IReadOnlyCollection<ChannelId> channels, ulong upToBlock, CancellationToken cancellation)
    {
        var events = new List<ChainEvent>();
        for (ulong from = _chain.Deployment.DeployedAtBlock; from <= upToBlock; from += (ulong)_options.FeedBlocksPerRequest)
        {
            ulong to = Math.Min(upToBlock, from + (ulong)_options.FeedBlocksPerRequest - 1);
            IReadOnlyList<ChainEvent> range = await _chain.GetEventsAsync(from, to, cancellation);
            events.AddRange(range.Where(chainEvent => chainEvent is ChannelEvent of && channels.Contains(of.Channel)));
        }

        Dictionary<ChannelId, ChannelChainEvent[]> byChannel = ChainEventMap.ByChannel(events);
        await Parallel(channels, async channel =>
        {
            ObserveResult result = await GrainFactory.Channel(channel).ObserveChain(new ChannelEventBatch
            {
                Events = byChannel.GetValueOrDefault(channel) ?? [],
                ReplacesHistory = true,
                UpToBlock = upToBlock,
            });
            if (result != ObserveResult.Applied)
            {
                // The logs themselves make no sense, which no endpoint that tells the truth can show. One channel must not stop all.
                LogImpossibleHistory(_logger, channel);
            }
        });
    }

    private static async Task Parallel<T>(IEnumerable<T> items, Func<T, Task> act)
    {
        // Tasks of this activation, all on its scheduler; only the calls to other grains run at the same time.
        foreach (T[] chunk in items.Chunk(MaxDeliveriesAtOnce))
        {
            await Task.WhenAll(chunk.Select(act));
        }
    }
}
