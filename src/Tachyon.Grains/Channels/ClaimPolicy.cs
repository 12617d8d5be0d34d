namespace Tachyon.Grains.Channels;

/// <summary>Decides when an active channel is worth a claim. Pure.</summary>
internal static class ClaimPolicy
{
    private const int PaidParts = 4;

    /// <summary>
    /// The least unpaid amount that is claimed without anyone asking: what is worth a claim, and a quarter of what was paid
    /// before. Otherwise two parties with a deposit of many times that, and no traffic at all, could have this operator
    /// pay for as many claims.
    /// </summary>
    internal static TokenAmount? Least(ChannelRecord record, TokenAmount? claimAbove)
    {
        if (claimAbove is not { } least || record.Terms is not { } terms)
        {
            return null;
        }

        var growth = new TokenAmount(terms.Price(record.PaidBytes).BaseUnits / PaidParts);
        return growth > least ? growth : least;
    }

    /// <summary>The claim that is due; null when none is, or one is on its way already.</summary>
    /// <param name="record">The durable record of the channel.</param>
    /// <param name="claimAbove">The least unpaid amount that is worth a claim; null for never.</param>
    internal static SettlementIntent? Due(ChannelRecord record, TokenAmount? claimAbove)
    {
        if (claimAbove is not { } least
            || record is not { Phase: ChannelPhase.Active, Terms: { } terms }
            || (terms.Kind == ChannelKind.Lock ? record.StepUnit : record.Evidence.ConsumerUnit) is not { } unit
            || record.Operations.Any(operation => operation.Kind == IntentKind.Claim && !Operations.HasEnded(operation)))
        {
            return null;
        }

        ulong stated = ChannelFigures.Stated(unit, record);
        bool isWorthIt = stated > record.PaidBytes && terms.Price(stated) - terms.Price(record.PaidBytes) >= least;
        return isWorthIt ? SettlementIntent.Claim(terms, unit) : null;
    }
}
