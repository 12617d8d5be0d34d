using Tachyon.Chain.Ethereum.Bindings;

namespace Tachyon.Chain.Tests.Ethereum;

/// <summary>Every call survives its way into call data and back.</summary>
public sealed class CallCodingTests
{
    private static readonly Deployment Deployment = new(31337, A(1), A(2), A(2), 0);

    private static readonly Terms Terms = new(
        A(3), A(4), 5_000_000, new TokenAmount(123_456_789), 10_000, ChannelKind.Lock, Bytes32.FromBytes(Enumerable.Repeat((byte)7, 32).ToArray()));

    private static readonly Signature Signature = new(B(8), B(9), 28);

    private static readonly SignedUnit Unit = new(
        new UsageUnit(Terms.ChannelId(Deployment.Domain), 2, 3_000, A(3), A(4), 1_700_000_000_123, B(5)), Signature);

    public static TheoryData<ChainCall> Calls => new(
        new ChainCall.Approve(new TokenAmount(7)),
        new ChainCall.Transfer(A(9), new TokenAmount(8)),
        new ChainCall.Open(Terms),
        new ChainCall.OpenWithPermit(
            Terms, new SignedPermit(new Permit(A(3), A(2), new TokenAmount(6), 0, 99), Signature)),
        new ChainCall.OpenAccepted(Terms, 4, Signature),
        new ChainCall.OpenFor(Terms, 5, Signature),
        new ChainCall.Confirm(Terms),
        new ChainCall.ConfirmFor(Terms, 6, Signature),
        new ChainCall.Decline(Terms),
        new ChainCall.DeclineFor(Terms, 7, Signature),
        new ChainCall.WithdrawUnconfirmed(Terms),
        new ChainCall.TopUp(Terms, 8_000),
        new ChainCall.TopUpFor(Terms, 9_000, 10, Signature),
        new ChainCall.Claim(Terms, Unit),
        new ChainCall.CooperativeClose(Terms, 4_000, 11, Signature, Signature with { V = 27 }),
        new ChainCall.StartClose(Terms, Unit, null),
        new ChainCall.StartCloseFor(Terms, null, Unit, 12, Signature),
        new ChainCall.Challenge(Terms, Unit),
        new ChainCall.Settle(Terms),
        new ChainCall.RegisterProxy(),
        new ChainCall.StartLeaving(),
        new ChainCall.FinishLeaving(),
        new ChainCall.FillNonce(Terms.Provider));

    [Theory]
    [MemberData(nameof(Calls), DisableDiscoveryEnumeration = true)]
    public void Decode_OfAnEncodedCall_GivesTheSameCall(ChainCall call)
    {
        var prepared = CallEncoder.Encode(call, Deployment);

        Assert.Equal(call, CallDecoder.Decode(prepared.To, prepared.Data.Span, Deployment));
    }

    [Fact]
    public void Decode_OfAnEncodedBatch_GivesTheSameItems()
    {
        var claims = new ChainCall.ClaimMany([new ChainCall.Claim(Terms, Unit), new ChainCall.Claim(Terms with { Salt = B(1) }, Unit)]);
        var settles = new ChainCall.SettleMany([Terms, Terms with { Provider = A(7) }]);

        var claimed = CallEncoder.Encode(claims, Deployment);
        var settled = CallEncoder.Encode(settles, Deployment);

        var decoded = Assert.IsType<ChainCall.ClaimMany>(CallDecoder.Decode(claimed.To, claimed.Data.Span, Deployment));
        Assert.Equal(claims.Claims[0], decoded.Claims[0]);
        Assert.Equal(claims.Claims[1].Terms, decoded.Claims[1].Terms);
        Assert.Equal(
            settles.Channels,
            Assert.IsType<ChainCall.SettleMany>(CallDecoder.Decode(settled.To, settled.Data.Span, Deployment)).Channels);
    }

    [Fact]
    public void Decode_OfDamagedData_GivesNothing()
    {
        var data = CallEncoder.Encode(new ChainCall.Claim(Terms, Unit), Deployment).Data.ToArray();

        Assert.Null(CallDecoder.Decode(Deployment.PaymentChannels, data.AsSpan(..100), Deployment));
        Assert.Null(CallDecoder.Decode(Deployment.PaymentChannels, [1, 2, 3], Deployment));
        Assert.Null(CallDecoder.Decode(A(77), data, Deployment));
    }

    private static Address A(byte number) => Address.FromBytes([.. new byte[19], number]);

    private static Bytes32 B(byte number) => Bytes32.FromBytes([.. new byte[31], number]);
}
