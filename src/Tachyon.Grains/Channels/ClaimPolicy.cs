namespace Tachyon.Grains.Channels;

/// <summary>Decides when an active channel is worth a claim. Pure.</summary>
internal static class ClaimPolicy
{
    /// <summary>The claim that is due; null when none is, or one is on its way already.</summary>
    /// <param name="record">The durable record of the channel.</param>
    /// <param name="claimAbove">The least unpaid amount that is worth a claim; null for never.</param>
    internal static SettlementIntent? Due(ChannelRecord record, TokenAmount? claimAbove)
    {
        if (claimAbove is not { } least
            || record is not { Phase: ChannelPhase.Active, Terms: { } terms, Evidence.ConsumerUnit: { } unit }
            || record.Operations.Any(operation => operation.Kind == IntentKind.Claim && !Operations.HasEnded(operation)))
        {
            return null;
        }

        ulong stated = ChannelFigures.Stated(unit, record);
        bool isWorthIt = stated > record.PaidBytes && terms.Price(stated) - terms.Price(record.PaidBytes) >= least;
        return isWorthIt ? SettlementIntent.Claim(terms, unit) : null;
    }
}
