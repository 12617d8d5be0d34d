using Tachyon.Protocol.Settlement;

namespace Tachyon.Grains.Channels;

/// <summary>What a record says about money and counts. Pure.</summary>
internal static class ChannelFigures
{
    /// <summary>uA: the greatest bytes stated by the consumer, on chain or in the evidence, within the capacity.</summary>
    internal static ulong ConsumerBytes(ChannelRecord record) =>
        Math.Max(record.ChainConsumerBytes, Stated(record.Evidence.ConsumerUnit, record));

    /// <summary>uB: the same of the provider; below uA it is read as uA.</summary>
    internal static ulong ProviderBytes(ChannelRecord record) => Math.Max(
        Math.Max(record.ChainProviderBytes, Stated(record.Evidence.ProviderUnit, record)),
        ConsumerBytes(record));

    /// <summary>The bytes of a unit as the contract would record them if shown now.</summary>
    internal static ulong Stated(SignedUnit? unit, ChannelRecord record) =>
        unit is null ? 0 : Math.Min(unit.Unit.BytesUsed, record.CapacityBytes);

    /// <summary>The view of a durable record; null while the chain has shown no channel.</summary>
    internal static ChannelView? View(ChannelId id, ChannelRecord record)
    {
        if (record.Terms is not { } terms)
        {
            return null;
        }

        ulong consumerBytes = ConsumerBytes(record);
        ulong providerBytes = ProviderBytes(record);
        return new ChannelView
        {
            ChannelId = id,
            Terms = terms,
            Phase = record.Phase,
            CapacityBytes = record.CapacityBytes,
            ConsumerBytes = consumerBytes,
            ProviderBytes = providerBytes,
            Agreed = !SettlementRules.IsDispute(consumerBytes, providerBytes, terms.TolerancePpm),
            PaidBytes = record.PaidBytes,
            Paid = record.Settlement?.Paid ?? terms.Price(record.PaidBytes),
            ConfirmBeforeSeconds = record.Phase == ChannelPhase.Opened ? record.ConfirmBeforeSeconds : 0,
            SettleFromSeconds = record.Phase == ChannelPhase.Closing ? record.SettleFromSeconds : 0,
            Settlement = record.Settlement,
            ConsumerClosureBytes = record.Evidence.ConsumerClosure?.Closure.BytesUsed,
            ProviderClosureBytes = record.Evidence.ProviderClosure?.Closure.BytesUsed,
            Operations = record.Operations,
            ConsumerContradicted = record.Evidence.ConsumerContradiction is not null,
            ProviderContradicted = record.Evidence.ProviderContradiction is not null,
        };
    }
}
