namespace Tachyon.Grains.Channels;

/// <summary>What a channel's plan depends on besides its record and the time.</summary>
/// <param name="ClaimAbove">The least unpaid amount that is worth a claim; null for never.</param>
/// <param name="ChallengeMargin">See <see cref="GrainsOptions.ChallengeMargin"/>.</param>
internal readonly record struct PlanLimits(TokenAmount? ClaimAbove, TimeSpan ChallengeMargin);
