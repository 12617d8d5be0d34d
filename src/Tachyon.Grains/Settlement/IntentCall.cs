using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>Turns an operation into the contract call that carries it out. Pure.</summary>
internal static class IntentCall
{
    /// <summary>
    /// The contract takes tokens of an account for channels that this account opens or tops up, or signs for, and for nothing
    /// else, so that once is enough.
    /// </summary>
    private static readonly TokenAmount Everything = new((BigInteger.One << 256) - 1);

    /// <summary>The call.</summary>
    /// <exception cref="ArgumentException">A part that the kind needs is missing.</exception>
    internal static ChainCall Of(SettlementIntent intent) => intent.Kind switch
    {
        IntentKind.Confirm => new ChainCall.ConfirmFor(intent.Terms, intent.ValidUntilSeconds, Needed(intent, intent.Signature)),
        IntentKind.Decline => new ChainCall.DeclineFor(intent.Terms, intent.ValidUntilSeconds, Needed(intent, intent.Signature)),
        IntentKind.CooperativeClose => new ChainCall.CooperativeClose(
            intent.Terms,
            intent.BytesUsed,
            intent.ValidUntilSeconds,
            Needed(intent, intent.Signature),
            Needed(intent, intent.ProviderSignature)),
        IntentKind.StartClose => new ChainCall.StartCloseFor(
            intent.Terms,
            intent.ConsumerUnit,
            intent.ProviderUnit,
            intent.ValidUntilSeconds,
            Needed(intent, intent.Signature)),
        IntentKind.Challenge => new ChainCall.Challenge(intent.Terms, intent.ConsumerUnit ?? intent.ProviderUnit ?? throw Missing(intent, "unit")),
        IntentKind.Settle => new ChainCall.Settle(intent.Terms),
        IntentKind.Claim => new ChainCall.Claim(intent.Terms, intent.ConsumerUnit ?? throw Missing(intent, "unit")),
        IntentKind.WithdrawUnconfirmed => new ChainCall.WithdrawUnconfirmed(intent.Terms),
        IntentKind.Open => intent.Signature is { } acceptance
            ? new ChainCall.OpenAccepted(intent.Terms, intent.ValidUntilSeconds, acceptance)
            : new ChainCall.Open(intent.Terms),
        IntentKind.TopUp => new ChainCall.TopUp(intent.Terms, intent.BytesUsed),
        IntentKind.Approve => new ChainCall.Approve(Everything),
        _ => throw new ArgumentException($"Operation '{intent.OperationId}' has no kind that can be carried out: {intent.Kind}."),
    };

    private static Signature Needed(SettlementIntent intent, Signature? signature) => signature ?? throw Missing(intent, "signature");

    private static ArgumentException Missing(SettlementIntent intent, string part) =>
        new($"Operation '{intent.OperationId}' of kind {intent.Kind} has no {part}.");
}
