using System.Collections.Immutable;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Reads the chain's events up to the newest final block into the <see cref="ChannelBook"/>, once. An event only says
/// which channel to look at; what counts is the channel's state at that finality.
/// </summary>
internal sealed class ChainReader(ISettlementChain chain, ChannelBook book, EdgeJournal journal, Address self, TimeProvider time)
{
    private const ulong BlocksPerStep = 2_000;

    /// <summary>Reads what is new.</summary>
    /// <returns>The newest final block.</returns>
    /// <exception cref="ChainUnavailableException">The chain does not answer; what was read until then is kept.</exception>
    public async Task<ChainBlock> ReadAsync(CancellationToken cancellationToken)
    {
        var final = await chain.GetBlockAsync(ReadAt.Final, cancellationToken);
        var cursor = await ValidCursorAsync(final, cancellationToken);
        if (cursor is null)
        {
            // A first start, or a chain that is not the one read before: every channel is looked at anew.
            foreach (var channel in book.All.Where(channel => channel.Stage != ChannelStage.Intended))
            {
                await LookAsync(channel.ChannelId, cancellationToken);
            }
        }

        var from = cursor is null ? chain.Deployment.DeployedAtBlock : cursor.BlockNumber + 1;
        while (from <= final.Number)
        {
            var to = Math.Min(final.Number, from + BlocksPerStep - 1);
            await TakeAsync(await chain.GetEventsAsync(from, to, cancellationToken), cancellationToken);
            var last = to == final.Number ? final : await chain.FindBlockAsync(to, cancellationToken);
            if (last is null)
            {
                // The chain was cut back while it was read: the next round finds the cursor invalid.
                break;
            }

            await journal.Cursor.SaveAsync(new ChainCursor(last.Number, last.Hash));
            from = to + 1;
        }

        await LookAheadAsync(final, cancellationToken);
        return final;
    }

    private async Task<ChainCursor?> ValidCursorAsync(ChainBlock final, CancellationToken cancellationToken)
    {
        if (journal.Cursor.Find() is not { } cursor)
        {
            return null;
        }

        var there = cursor.BlockNumber == final.Number ? final : await chain.FindBlockAsync(cursor.BlockNumber, cancellationToken);
        return there?.Hash == cursor.BlockHash ? cursor : null;
    }

    private async Task TakeAsync(IReadOnlyList<ChainEvent> events, CancellationToken cancellationToken)
    {
        var touched = new HashSet<ChannelId>();
        foreach (var happened in events.OfType<ChannelEvent>())
        {
            if (happened is ChannelOpened opened)
            {
                await MeetAsync(opened, cancellationToken);
            }

            if (book.Find(happened.Channel) is not { } channel)
            {
                continue;
            }

            touched.Add(happened.Channel);
            if (await SettlementOfAsync(channel.Terms, happened, cancellationToken) is { } settlement)
            {
                await book.SaveSettlementAsync(settlement, cancellationToken);
            }
        }

        foreach (var channelId in touched)
        {
            await LookAsync(channelId, cancellationToken);
        }
    }

    // The id binds the terms: an endpoint cannot show other terms for a channel than those that were opened.
    private async Task MeetAsync(ChannelOpened opened, CancellationToken cancellationToken)
    {
        var terms = opened.Terms;
        if ((terms.Consumer != self && terms.Provider != self)
            || book.Find(opened.Channel) is not null
            || terms.ChannelId(chain.Domain) != opened.Channel)
        {
            return;
        }

        var channel = new ChannelRecord
        {
            ChannelId = opened.Channel,
            Role = terms.Consumer == self ? SessionRole.Consumer : SessionRole.Provider,
            Terms = terms,
            Stage = ChannelStage.Intended,
            CapacityBytes = terms.CapacityBytes,
            DeadlineSeconds = opened.ConfirmBeforeSeconds,
            KnownAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await book.SaveAsync(channel, cancellationToken);
    }

    private async Task LookAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        var view = await chain.GetChannelAsync(channelId, ReadAt.Final, cancellationToken);
        await book.UpdateAsync(
            channelId,
            channel => view.Status == ChannelStatus.None
                ? channel.Stage == ChannelStage.Abandoned ? channel : channel with { Stage = ChannelStage.Intended }
                : channel with
                {
                    Stage = StageOf(view.Status),
                    CapacityBytes = view.CapacityBytes,
                    PaidBytes = view.PaidBytes,
                    DeadlineSeconds = view.DeadlineSeconds,
                },
            cancellationToken);
    }

    // An end counts against this node as soon as anyone can see it, whatever the finality.
    private async Task LookAheadAsync(ChainBlock final, CancellationToken cancellationToken)
    {
        var latest = await chain.GetBlockAsync(ReadAt.Latest, cancellationToken);
        var ending = ImmutableHashSet<ChannelId>.Empty;
        if (latest.Number > final.Number)
        {
            var ahead = await chain.GetEventsAsync(final.Number + 1, latest.Number, cancellationToken);
            ending = [.. ahead
                .Where(happened => happened is ChannelClosing or ChannelSettled or ChannelClosed)
                .Select(happened => ((ChannelEvent)happened).Channel)
                .Where(channelId => book.Find(channelId) is not null)];
        }

        book.SetSeenEnding(ending);
    }

    private async Task<SettlementRecord?> SettlementOfAsync(
        Terms terms, ChannelEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case ChannelClosed closed:
                // A closed channel's capacity changes no more, top-ups included.
                var view = await chain.GetChannelAsync(closed.Channel, ReadAt.Final, cancellationToken);
                var paid = terms.Price(closed.BytesUsed);
                var refunded = terms.Deposit(view.CapacityBytes) - paid;
                return new SettlementRecord(
                    closed.Channel, closed.BytesUsed, paid, TokenAmount.Zero, refunded, closed.At.TransactionHash, closed.At.BlockNumber);
            case ChannelSettled settled:
                return new SettlementRecord(
                    settled.Channel, settled.ConsumerBytes, settled.Paid, settled.Burned, settled.Refunded, settled.At.TransactionHash, settled.At.BlockNumber);
            default:
                return null;
        }
    }

    private static ChannelStage StageOf(ChannelStatus status) => status switch
    {
        ChannelStatus.Opened => ChannelStage.Opened,
        ChannelStatus.Active => ChannelStage.Active,
        ChannelStatus.Closing => ChannelStage.Closing,
        ChannelStatus.Settled => ChannelStage.Settled,
        ChannelStatus.Declined => ChannelStage.Declined,
        ChannelStatus.Expired => ChannelStage.Expired,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A channel on chain has a status."),
    };
}
