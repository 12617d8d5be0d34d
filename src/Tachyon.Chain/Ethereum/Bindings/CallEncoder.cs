using Nethereum.Contracts;

namespace Tachyon.Chain.Ethereum.Bindings;

/// <summary>Calls to call data.</summary>
internal static class CallEncoder
{
    /// <summary>Where a call goes and with which bytes.</summary>
    public static PreparedCall Encode(ChainCall call, Deployment deployment)
    {
        var channels = deployment.PaymentChannels;
        return call switch
        {
            ChainCall.Approve c => To(deployment.Token, new ApproveMessage
            {
                Spender = channels.ToString(),
                Value = c.Amount.BaseUnits,
            }),
            ChainCall.Transfer c => To(deployment.Token, new TransferMessage
            {
                To = c.Recipient.ToString(),
                Value = c.Amount.BaseUnits,
            }),
            ChainCall.FillNonce c => new PreparedCall(c.Account, ReadOnlyMemory<byte>.Empty),
            ChainCall.Open or ChainCall.OpenWithPermit or ChainCall.OpenAccepted or ChainCall.OpenFor
                or ChainCall.Confirm or ChainCall.ConfirmFor or ChainCall.Decline or ChainCall.DeclineFor
                or ChainCall.WithdrawUnconfirmed or ChainCall.TopUp or ChainCall.TopUpFor
                => new PreparedCall(channels, OpeningData(call)),
            _ => new PreparedCall(channels, PaymentData(call)),
        };
    }

    private static byte[] OpeningData(ChainCall call) => call switch
    {
        ChainCall.Open c => new OpenMessage { Terms = TermsStruct.Of(c.Terms) }.GetCallData(),
        ChainCall.OpenWithPermit c => new OpenWithPermitMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            Permit = new PermitStruct
            {
                Value = c.Permit.Permit.Value.BaseUnits,
                Deadline = c.Permit.Permit.DeadlineSeconds,
                Signature = SignatureStruct.Of(c.Permit.Signature),
            },
        }.GetCallData(),
        ChainCall.OpenAccepted c => new OpenAcceptedMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            Expiry = c.ExpirySeconds,
            Acceptance = SignatureStruct.Of(c.Acceptance),
        }.GetCallData(),
        ChainCall.OpenFor c => new OpenForMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            ValidUntil = c.ValidUntilSeconds,
            Signature = SignatureStruct.Of(c.Signature),
        }.GetCallData(),
        ChainCall.Confirm c => new ConfirmMessage { Terms = TermsStruct.Of(c.Terms) }.GetCallData(),
        ChainCall.ConfirmFor c => new ConfirmForMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            ValidUntil = c.ValidUntilSeconds,
            Signature = SignatureStruct.Of(c.Signature),
        }.GetCallData(),
        ChainCall.Decline c => new DeclineMessage { Terms = TermsStruct.Of(c.Terms) }.GetCallData(),
        ChainCall.DeclineFor c => new DeclineForMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            ValidUntil = c.ValidUntilSeconds,
            Signature = SignatureStruct.Of(c.Signature),
        }.GetCallData(),
        ChainCall.WithdrawUnconfirmed c => new WithdrawUnconfirmedMessage { Terms = TermsStruct.Of(c.Terms) }.GetCallData(),
        ChainCall.TopUp c => new TopUpMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            NewCapacity = c.NewCapacityBytes,
        }.GetCallData(),
        ChainCall.TopUpFor c => new TopUpForMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            NewCapacity = c.NewCapacityBytes,
            ValidUntil = c.ValidUntilSeconds,
            Signature = SignatureStruct.Of(c.Signature),
        }.GetCallData(),
        _ => throw Unknown(call),
    };

    private static byte[] PaymentData(ChainCall call) => call switch
    {
        ChainCall.Claim c => new ClaimMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            Unit = SignedUnitStruct.Of(c.Unit),
        }.GetCallData(),
        ChainCall.ClaimMany c => new ClaimManyMessage
        {
            Claims = [.. c.Claims.Select(claim => new ClaimStruct
            {
                Terms = TermsStruct.Of(claim.Terms),
                Unit = SignedUnitStruct.Of(claim.Unit),
            })],
        }.GetCallData(),
        ChainCall.CooperativeClose c => new CooperativeCloseMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            BytesUsed = c.BytesUsed,
            ValidUntil = c.ValidUntilSeconds,
            ConsumerSignature = SignatureStruct.Of(c.ConsumerSignature),
            ProviderSignature = SignatureStruct.Of(c.ProviderSignature),
        }.GetCallData(),
        ChainCall.StartClose c => new StartCloseMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            ConsumerUnit = SignedUnitStruct.Of(c.ConsumerUnit),
            ProviderUnit = SignedUnitStruct.Of(c.ProviderUnit),
        }.GetCallData(),
        ChainCall.StartCloseFor c => new StartCloseForMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            ConsumerUnit = SignedUnitStruct.Of(c.ConsumerUnit),
            ProviderUnit = SignedUnitStruct.Of(c.ProviderUnit),
            ValidUntil = c.ValidUntilSeconds,
            Signature = SignatureStruct.Of(c.Signature),
        }.GetCallData(),
        ChainCall.Challenge c => new ChallengeMessage
        {
            Terms = TermsStruct.Of(c.Terms),
            Unit = SignedUnitStruct.Of(c.Unit),
        }.GetCallData(),
        ChainCall.Settle c => new SettleMessage { Terms = TermsStruct.Of(c.Terms) }.GetCallData(),
        ChainCall.SettleMany c => new SettleManyMessage { Channels = [.. c.Channels.Select(TermsStruct.Of)] }.GetCallData(),
        ChainCall.RegisterProxy => new RegisterProxyMessage().GetCallData(),
        ChainCall.StartLeaving => new StartLeavingMessage().GetCallData(),
        ChainCall.FinishLeaving => new FinishLeavingMessage().GetCallData(),
        _ => throw Unknown(call),
    };

    private static PreparedCall To<TMessage>(Address contract, TMessage message)
        where TMessage : FunctionMessage
        => new(contract, message.GetCallData());

    private static ArgumentException Unknown(ChainCall call) => new($"There is no binding for {call.GetType().Name}.", nameof(call));
}
