using Tachyon.Protocol.Amounts;

namespace Tachyon.Protocol.Settlement;

/// <summary>Where a channel's deposit goes: paid + burned + refunded is the deposit, and paid ≤ charged ≤ deposit.</summary>
/// <param name="Paid">What the provider receives over the channel's whole life, claims included.</param>
/// <param name="PaidNow">The part of <paramref name="Paid"/> that claims had not paid yet.</param>
/// <param name="Charged">What the consumer is charged: paid + burned.</param>
/// <param name="Burned">What a dispute destroys.</param>
/// <param name="Refunded">What returns to the consumer.</param>
public readonly record struct SettlementOutcome(
    TokenAmount Paid,
    TokenAmount PaidNow,
    TokenAmount Charged,
    TokenAmount Burned,
    TokenAmount Refunded);
