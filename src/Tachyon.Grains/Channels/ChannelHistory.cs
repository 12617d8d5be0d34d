using Tachyon.Protocol.Settlement;

namespace Tachyon.Grains.Channels;

/// <summary>Applies the contract's logs to a record. Pure; the same for live events and for a whole history.</summary>
/// <remarks>
/// The logs are an endpoint's word. What the contract cannot have said is not applied, whatever it is: it must neither
/// change whose money this is, nor stop the feed that serves all other channels.
/// </remarks>
internal static class ChannelHistory
{
    /// <summary>
    /// The record after the events, of which those already applied are skipped; null when a log is missing in between, or
    /// is impossible.
    /// </summary>
    internal static ChannelRecord? Apply(ChannelRecord record, ChannelEventBatch batch, ChannelId id, Eip712Domain domain)
    {
        ChannelRecord? next = batch.ReplacesHistory ? WithoutChain(record) : record;
        foreach (ChannelChainEvent chainEvent in batch.Events)
        {
            if (next is not null && IsNew(next, chainEvent))
            {
                next = IsPossible(next, chainEvent, id, domain) ? Apply(next, chainEvent) : null;
            }
        }

        return next;
    }

    private static ChannelRecord WithoutChain(ChannelRecord record) => new()
    {
        Evidence = record.Evidence,
        StepUnit = record.StepUnit,
        Operations = record.Operations,
        DeadlineSeconds = record.DeadlineSeconds,
    };

    private static bool IsNew(ChannelRecord record, ChannelChainEvent chainEvent) =>
        record.Phase == ChannelPhase.None
        || chainEvent.BlockNumber > record.LastEventBlock
        || (chainEvent.BlockNumber == record.LastEventBlock && chainEvent.LogIndex > record.LastEventLogIndex);

    private static bool IsPossible(ChannelRecord record, ChannelChainEvent chainEvent, ChannelId id, Eip712Domain domain) => chainEvent.Kind switch
    {
        // The terms give the id, so nobody can put others in their place.
        ChannelChainEventKind.Opened => chainEvent.Terms is { } terms && terms.Validate() is null && terms.ChannelId(domain) == id,
        ChannelChainEventKind.ToppedUp => Terms.ValidateTopUp(record.CapacityBytes, chainEvent.CapacityBytes) is null,
        ChannelChainEventKind.Claimed or ChannelChainEventKind.Closed =>
            chainEvent.ConsumerBytes >= record.PaidBytes && chainEvent.ConsumerBytes <= record.CapacityBytes,
        ChannelChainEventKind.Closing or ChannelChainEventKind.Challenged =>
            chainEvent.ConsumerBytes <= record.CapacityBytes && chainEvent.ProviderBytes <= record.CapacityBytes,
        ChannelChainEventKind.Settled => chainEvent.Settlement is not null,
        _ => true,
    };

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
