namespace Tachyon.Grains.Channels;

/// <summary>What a channel's plan depends on besides its record and the time.</summary>
/// <param name="ClaimAbove">The least unpaid amount that is worth a claim; null for never.</param>
/// <param name="ChallengeMargin">See <see cref="GrainsOptions.ChallengeMargin"/>.</param>
/// <param name="LeastDeposit">See <see cref="GrainsOptions.LeastDeposit"/>.</param>
/// <param name="IsPartyKnown">Whether the channel's parties have anything to do with this operator: strangers settle their own.</param>
internal readonly record struct PlanLimits(TokenAmount? ClaimAbove, TimeSpan ChallengeMargin, TokenAmount LeastDeposit, bool IsPartyKnown)
{
    /// <summary>True when the channel is too small for this operator to pay any gas for it.</summary>
    internal bool IsDust(ChannelRecord record) => record.Terms is { } terms && terms.Deposit(record.CapacityBytes) < LeastDeposit;
}
