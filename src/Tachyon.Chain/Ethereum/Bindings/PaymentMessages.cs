using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Tachyon.Chain.Ethereum.Bindings;

// The calls that pay and end channels, and those of proxies.

[Function("claim")]
internal sealed class ClaimMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "unit", 2)]
    public SignedUnitStruct Unit { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.Claim(Terms.ToTerms(), Unit.ToUnit(Terms, domain));
}

[Function("claimMany")]
internal sealed class ClaimManyMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple[]", "claims", 1)]
    public List<ClaimStruct> Claims { get; set; } = [];

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.ClaimMany(
        [.. Claims.Select(c => new ChainCall.Claim(c.Terms.ToTerms(), c.Unit.ToUnit(c.Terms, domain)))]);
}

[Function("cooperativeClose")]
internal sealed class CooperativeCloseMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "bytesUsed", 2)]
    public ulong BytesUsed { get; set; }

    [Parameter("uint64", "validUntil", 3)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "consumerSignature", 4)]
    public SignatureStruct ConsumerSignature { get; set; } = new();

    [Parameter("tuple", "providerSignature", 5)]
    public SignatureStruct ProviderSignature { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.CooperativeClose(
        Terms.ToTerms(), BytesUsed, ValidUntil, ConsumerSignature.ToSignature(), ProviderSignature.ToSignature());
}

[Function("startClose")]
internal sealed class StartCloseMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "consumerUnit", 2)]
    public SignedUnitStruct ConsumerUnit { get; set; } = new();

    [Parameter("tuple", "providerUnit", 3)]
    public SignedUnitStruct ProviderUnit { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.StartClose(
        Terms.ToTerms(), ConsumerUnit.ToOptionalUnit(Terms, domain), ProviderUnit.ToOptionalUnit(Terms, domain));
}

[Function("startCloseFor")]
internal sealed class StartCloseForMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "consumerUnit", 2)]
    public SignedUnitStruct ConsumerUnit { get; set; } = new();

    [Parameter("tuple", "providerUnit", 3)]
    public SignedUnitStruct ProviderUnit { get; set; } = new();

    [Parameter("uint64", "validUntil", 4)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 5)]
    public SignatureStruct Signature { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.StartCloseFor(
        Terms.ToTerms(),
        ConsumerUnit.ToOptionalUnit(Terms, domain),
        ProviderUnit.ToOptionalUnit(Terms, domain),
        ValidUntil,
        Signature.ToSignature());
}

[Function("challenge")]
internal sealed class ChallengeMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "unit", 2)]
    public SignedUnitStruct Unit { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.Challenge(Terms.ToTerms(), Unit.ToUnit(Terms, domain));
}

[Function("settle")]
internal sealed class SettleMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.Settle(Terms.ToTerms());
}

[Function("settleMany")]
internal sealed class SettleManyMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple[]", "channels", 1)]
    public List<TermsStruct> Channels { get; set; } = [];

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.SettleMany([.. Channels.Select(terms => terms.ToTerms())]);
}

[Function("registerProxy")]
internal sealed class RegisterProxyMessage : FunctionMessage, ICallBinding
{
    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.RegisterProxy();
}

[Function("startLeaving")]
internal sealed class StartLeavingMessage : FunctionMessage, ICallBinding
{
    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.StartLeaving();
}

[Function("finishLeaving")]
internal sealed class FinishLeavingMessage : FunctionMessage, ICallBinding
{
    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.FinishLeaving();
}
