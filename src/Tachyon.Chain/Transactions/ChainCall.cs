namespace Tachyon.Chain;

/// <summary>
/// A call to the payment channels or their token. Names are the contract's; those ending in For may come from any
/// account and carry the party's signature.
/// </summary>
public abstract record ChainCall
{
    private ChainCall()
    {
    }

    /// <summary>Lets the payment channels take up to <paramref name="Amount"/> of the sender's tokens.</summary>
    public sealed record Approve(TokenAmount Amount) : ChainCall;

    /// <summary>Sends tokens to an account.</summary>
    public sealed record Transfer(Address Recipient, TokenAmount Amount) : ChainCall;

    /// <summary>Opens a channel; by the consumer, with an allowance.</summary>
    public sealed record Open(Terms Terms) : ChainCall;

    /// <summary>Opens a channel with a permit instead of an allowance.</summary>
    public sealed record OpenWithPermit(Terms Terms, SignedPermit Permit) : ChainCall;

    /// <summary>Opens a channel straight to active, with the provider's acceptance.</summary>
    public sealed record OpenAccepted(Terms Terms, ulong ExpirySeconds, Signature Acceptance) : ChainCall;

    /// <summary>Opens a channel with the consumer's signature.</summary>
    public sealed record OpenFor(Terms Terms, ulong ValidUntilSeconds, Signature Signature) : ChainCall;

    /// <summary>Accepts an opened channel; by the provider.</summary>
    public sealed record Confirm(Terms Terms) : ChainCall;

    /// <summary>Accepts an opened channel with the provider's signature.</summary>
    public sealed record ConfirmFor(Terms Terms, ulong ValidUntilSeconds, Signature Signature) : ChainCall;

    /// <summary>Refuses an opened channel; by the provider.</summary>
    public sealed record Decline(Terms Terms) : ChainCall;

    /// <summary>Refuses an opened channel with the provider's signature.</summary>
    public sealed record DeclineFor(Terms Terms, ulong ValidUntilSeconds, Signature Signature) : ChainCall;

    /// <summary>Returns the deposit of a channel that was not confirmed in time; by anyone.</summary>
    public sealed record WithdrawUnconfirmed(Terms Terms) : ChainCall;

    /// <summary>Raises the capacity; by the consumer, with an allowance.</summary>
    public sealed record TopUp(Terms Terms, ulong NewCapacityBytes) : ChainCall;

    /// <summary>Raises the capacity with the consumer's signature.</summary>
    public sealed record TopUpFor(Terms Terms, ulong NewCapacityBytes, ulong ValidUntilSeconds, Signature Signature) : ChainCall;

    /// <summary>Pays the provider up to a unit of the consumer; by anyone.</summary>
    public sealed record Claim(Terms Terms, SignedUnit Unit) : ChainCall;

    /// <summary>Many claims at once; failing ones are skipped.</summary>
    public sealed record ClaimMany(IReadOnlyList<Claim> Claims) : ChainCall;

    /// <summary>Pays and closes by both signatures on one closure; by anyone.</summary>
    public sealed record CooperativeClose(
        Terms Terms, ulong BytesUsed, ulong ValidUntilSeconds, Signature ConsumerSignature, Signature ProviderSignature)
        : ChainCall;

    /// <summary>Starts the challenge period; by a party, with up to one unit of each.</summary>
    public sealed record StartClose(Terms Terms, SignedUnit? ConsumerUnit, SignedUnit? ProviderUnit) : ChainCall;

    /// <summary>Starts the challenge period with a party's signature.</summary>
    public sealed record StartCloseFor(
        Terms Terms, SignedUnit? ConsumerUnit, SignedUnit? ProviderUnit, ulong ValidUntilSeconds, Signature Signature)
        : ChainCall;

    /// <summary>Shows a higher unit of either party; by anyone.</summary>
    public sealed record Challenge(Terms Terms, SignedUnit Unit) : ChainCall;

    /// <summary>Pays, burns and refunds after the challenge period; by anyone.</summary>
    public sealed record Settle(Terms Terms) : ChainCall;

    /// <summary>Many settlements at once; failing ones are skipped.</summary>
    public sealed record SettleMany(IReadOnlyList<Terms> Channels) : ChainCall;

    /// <summary>Makes the sender a proxy, for a bond.</summary>
    public sealed record RegisterProxy : ChainCall;

    /// <summary>Announces that the sender stops being a proxy.</summary>
    public sealed record StartLeaving : ChainCall;

    /// <summary>Returns the sender's bond.</summary>
    public sealed record FinishLeaving : ChainCall;

    /// <summary>
    /// Nothing, sent from an account to itself: uses up a nonce that others wait behind, when what was meant for it cannot
    /// be done.
    /// </summary>
    public sealed record FillNonce(Address Account) : ChainCall;
}
