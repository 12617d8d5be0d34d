using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;

namespace Tachyon.Protocol.Settlement;

/// <summary>What a channel pays, charges, burns and returns (protocol, Settlement). Mirrors the Solidity library `Settlement`.</summary>
public static class SettlementRules
{
    /// <summary>
    /// The bytes that the consumer is charged for. Agreed counts charge what the consumer signed; a dispute charges up to
    /// the provider's count, but no more than a checkpoint above the consumer's.
    /// </summary>
    /// <param name="consumerBytes">uA, the greatest count shown of the consumer. Where it is zero nothing is charged.</param>
    /// <param name="providerBytes">uB, the greatest count shown of the provider. Below uA it is read as uA.</param>
    /// <param name="tolerancePpm">The tolerance of the terms.</param>
    public static ulong ChargedBytes(ulong consumerBytes, ulong providerBytes, uint tolerancePpm)
    {
        if (consumerBytes == 0 || !IsDispute(consumerBytes, providerBytes, tolerancePpm))
        {
            return consumerBytes;
        }

        return Math.Min(providerBytes, checked(consumerBytes + ProtocolConstants.CheckpointBytes));
    }

    /// <summary>Whether two counts differ by more than the tolerance allows: uB − uA > max(1,000, ceil(min(uB, 5 MB) × i)).</summary>
    public static bool IsDispute(ulong consumerBytes, ulong providerBytes, uint tolerancePpm)
    {
        if (providerBytes <= consumerBytes)
        {
            return false;
        }

        return providerBytes - consumerBytes > AllowedDifferenceBytes(providerBytes, tolerancePpm);
    }

    /// <summary>By how much the provider's count may exceed the consumer's without a dispute: max(1,000, ceil(min(uB, 5 MB) × i)).</summary>
    public static ulong AllowedDifferenceBytes(ulong providerBytes, uint tolerancePpm) => Math.Max(
        ProtocolConstants.BytesPerKB,
        ByteCounts.CeilPpm(Math.Min(providerBytes, ProtocolConstants.CheckpointBytes), tolerancePpm));

    /// <summary>How a channel settles on the counts shown.</summary>
    /// <param name="terms">The channel's terms.</param>
    /// <param name="capacityBytes">The capacity with all top-ups.</param>
    /// <param name="consumerBytes">uA, in whole KB; clipped to the capacity. What was claimed before counts as shown.</param>
    /// <param name="providerBytes">uB, in whole KB; clipped to the capacity.</param>
    /// <param name="paidBytes">What claims have paid before, in whole KB.</param>
    public static SettlementOutcome Settle(
        Terms terms, ulong capacityBytes, ulong consumerBytes, ulong providerBytes, ulong paidBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(terms);
        RequireWithin(paidBytes, capacityBytes);

        ulong uA = Math.Max(Math.Min(consumerBytes, capacityBytes), paidBytes);
        ulong uB = Math.Max(Math.Min(providerBytes, capacityBytes), uA);
        return Outcome(terms, capacityBytes, uA, ChargedBytes(uA, uB, terms.TolerancePpm), paidBytes);
    }

    /// <summary>How a channel settles when both sides signed a closure at a count: all of it is paid, nothing burned.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below what is paid, or above the capacity.</exception>
    public static SettlementOutcome CloseCooperatively(Terms terms, ulong capacityBytes, ulong closureBytes, ulong paidBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(terms);
        RequireWithin(closureBytes, capacityBytes);
        RequireWithin(paidBytes, closureBytes);
        return Outcome(terms, capacityBytes, closureBytes, closureBytes, paidBytes);
    }

    /// <summary>What a claim pays: price(new) − price(old). The channel stays active.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The new count is below what is paid.</exception>
    public static TokenAmount Claim(Terms terms, ulong newPaidBytes, ulong paidBytes)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms.Price(newPaidBytes) - terms.Price(paidBytes);
    }

    private static SettlementOutcome Outcome(
        Terms terms, ulong capacityBytes, ulong payableBytes, ulong chargedBytes, ulong paidBytes)
    {
        TokenAmount paid = terms.Price(payableBytes);
        TokenAmount charged = terms.Price(chargedBytes);
        return new SettlementOutcome(
            Paid: paid,
            PaidNow: paid - terms.Price(paidBytes),
            Charged: charged,
            Burned: charged - paid,
            Refunded: terms.Deposit(capacityBytes) - charged);
    }

    private static void RequireWithin(ulong bytes, ulong limitBytes) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, limitBytes);
}
