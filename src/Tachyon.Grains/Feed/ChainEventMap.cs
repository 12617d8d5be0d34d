using Tachyon.Chain;

namespace Tachyon.Grains.Feed;

/// <summary>Turns the chain's events into what channels are told. Pure.</summary>
internal static class ChainEventMap
{
    /// <summary>The events of channels, by channel, each in the order of the chain.</summary>
    internal static Dictionary<ChannelId, ChannelChainEvent[]> ByChannel(IEnumerable<ChainEvent> events) => events
        .OfType<ChannelEvent>()
        .Select(chainEvent => (chainEvent.Channel, Told: Map(chainEvent)))
        .Where(pair => pair.Told is not null)
        .GroupBy(pair => pair.Channel, pair => pair.Told!)
        .ToDictionary(group => group.Key, group => group.ToArray());

    private static ChannelChainEvent? Map(ChannelEvent chainEvent) => chainEvent switch
    {
        ChannelOpened opened => At(opened, ChannelChainEventKind.Opened) with
        {
            Terms = opened.Terms,
            ConfirmBeforeSeconds = opened.ConfirmBeforeSeconds,
        },
        ChannelConfirmed => At(chainEvent, ChannelChainEventKind.Confirmed),
        ChannelDeclined => At(chainEvent, ChannelChainEventKind.Declined),
        ChannelExpired => At(chainEvent, ChannelChainEventKind.Expired),
        ChannelToppedUp toppedUp => At(toppedUp, ChannelChainEventKind.ToppedUp) with { CapacityBytes = toppedUp.CapacityBytes },
        ChannelClaimed claimed => At(claimed, ChannelChainEventKind.Claimed) with { ConsumerBytes = claimed.BytesPaid },
        ChannelClosing closing => At(closing, ChannelChainEventKind.Closing) with
        {
            ConsumerBytes = closing.ConsumerBytes,
            ProviderBytes = closing.ProviderBytes,
            SettleFromSeconds = closing.DeadlineSeconds,
        },
        ChannelChallenged challenged => At(challenged, ChannelChainEventKind.Challenged) with
        {
            ConsumerBytes = challenged.ConsumerBytes,
            ProviderBytes = challenged.ProviderBytes,
        },
        ChannelSettled settled => At(settled, ChannelChainEventKind.Settled) with
        {
            ConsumerBytes = settled.ConsumerBytes,
            ProviderBytes = settled.ProviderBytes,
            Settlement = new SettlementFigures
            {
                SettledBytes = settled.ConsumerBytes,
                Paid = settled.Paid,
                Burned = settled.Burned,
                Refunded = settled.Refunded,
            },
        },
        ChannelClosed closed => At(closed, ChannelChainEventKind.Closed) with { ConsumerBytes = closed.BytesUsed },

        // An item left out of a batch changed nothing.
        _ => null,
    };

    private static ChannelChainEvent At(ChannelEvent chainEvent, ChannelChainEventKind kind) => new()
    {
        Kind = kind,
        BlockNumber = chainEvent.At.BlockNumber,
        LogIndex = chainEvent.At.LogIndex,
    };
}
