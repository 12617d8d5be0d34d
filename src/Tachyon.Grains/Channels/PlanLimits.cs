namespace Tachyon.Grains.Channels;

/// <summary>What a channel's plan depends on besides its record and the time.</summary>
/// <param name="ClaimAbove">The least unpaid amount that is worth a claim; null for never.</param>
/// <param name="ChallengeMargin">See <see cref="GrainsOptions.ChallengeMargin"/>.</param>
/// <param name="LeastDeposit">See <see cref="GrainsOptions.LeastDeposit"/>.</param>
/// <param name="IsPartyKnown">Whether the channel's parties have anything to do with this operator: strangers settle their own.</param>
/// <param name="IsOwnPool">
/// Whether the operator is the channel's consumer. What its provider counts beyond that is the provider's to show: it pays nobody, and all
/// that it could do is burn the operator's own deposit.
/// </param>
internal readonly record struct PlanLimits(
    TokenAmount? ClaimAbove, TimeSpan ChallengeMargin, TokenAmount LeastDeposit, bool IsPartyKnown, bool IsOwnPool)
{
    /// <summary>True when the channel is too small for this operator to pay any gas for it.</summary>
    internal bool IsDust(ChannelRecord record) => record.Terms is { } terms && terms.Deposit(record.CapacityBytes) < LeastDeposit;
}
