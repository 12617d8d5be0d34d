using Tachyon.Protocol.Settlement;

namespace Tachyon.Grains.Channels;

/// <summary>Applies the contract's logs to a record. Pure; the same for live events and for a whole history.</summary>
internal static class ChannelHistory
{
    /// <summary>The record after the events, of which those already applied are skipped; null when a log is missing in between.</summary>
    internal static ChannelRecord? Apply(ChannelRecord record, ChannelEventBatch batch)
    {
        ChannelRecord? next = batch.ReplacesHistory ? WithoutChain(record) : record;
        foreach (ChannelChainEvent chainEvent in batch.Events)
        {
            if (next is not null && IsNew(next, chainEvent))
            {
                next = Apply(next, chainEvent);
            }
        }

        return next;
    }

    private static ChannelRecord WithoutChain(ChannelRecord record) => new()
    {
        Evidence = record.Evidence,
        Operations = record.Operations,
        DeadlineSeconds = record.DeadlineSeconds,
    };

    private static bool IsNew(ChannelRecord record, ChannelChainEvent chainEvent) =>
        record.Phase == ChannelPhase.None
        || chainEvent.BlockNumber > record.LastEventBlock
        || (chainEvent.BlockNumber == record.LastEventBlock && chainEvent.LogIndex > record.LastEventLogIndex);

    private static ChannelRecord? Apply(ChannelRecord record, ChannelChainEvent chainEvent)
    {
        if (ChannelLifecycle.Next(record.Phase, chainEvent) is not { } phase)
        {
            return null;
        }

        ChannelRecord moved = record with
        {
            Phase = phase,
            LastEventBlock = chainEvent.BlockNumber,
            LastEventLogIndex = chainEvent.LogIndex,
        };
        return chainEvent.Kind switch
        {
            ChannelChainEventKind.Opened => moved with
            {
                Terms = chainEvent.Terms,
                CapacityBytes = chainEvent.Terms!.CapacityBytes,
                ConfirmBeforeSeconds = chainEvent.ConfirmBeforeSeconds,
            },
            ChannelChainEventKind.ToppedUp => moved with { CapacityBytes = chainEvent.CapacityBytes },
            ChannelChainEventKind.Claimed => moved with
            {
                PaidBytes = chainEvent.ConsumerBytes,
                ChainConsumerBytes = Math.Max(moved.ChainConsumerBytes, chainEvent.ConsumerBytes),
            },
            ChannelChainEventKind.Closing => moved with
            {
                ChainConsumerBytes = chainEvent.ConsumerBytes,
                ChainProviderBytes = chainEvent.ProviderBytes,
                SettleFromSeconds = chainEvent.SettleFromSeconds,
            },
            ChannelChainEventKind.Challenged => moved with
            {
                ChainConsumerBytes = chainEvent.ConsumerBytes,
                ChainProviderBytes = chainEvent.ProviderBytes,
            },
            ChannelChainEventKind.Settled => moved with
            {
                ChainConsumerBytes = chainEvent.ConsumerBytes,
                ChainProviderBytes = chainEvent.ProviderBytes,
                Settlement = chainEvent.Settlement,
            },
            ChannelChainEventKind.Closed => moved with
            {
                ChainConsumerBytes = chainEvent.ConsumerBytes,
                ChainProviderBytes = chainEvent.ConsumerBytes,
                Settlement = ClosedCooperatively(moved, chainEvent.ConsumerBytes),
            },
            _ => moved,
        };
    }

    private static SettlementFigures ClosedCooperatively(ChannelRecord record, ulong closureBytes)
    {
        SettlementOutcome outcome = SettlementRules.CloseCooperatively(record.Terms!, record.CapacityBytes, closureBytes, record.PaidBytes);
        return new SettlementFigures
        {
            SettledBytes = closureBytes,
            Paid = outcome.Paid,
            Refunded = outcome.Refunded,
            Cooperative = true,
        };
    }
}
