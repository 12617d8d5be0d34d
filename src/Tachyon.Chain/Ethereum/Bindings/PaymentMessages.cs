using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Tachyon.Chain.Ethereum.Bindings;

// The calls that pay and end channels, and those of proxies.

[Function("claim")]
internal sealed class ClaimMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "unit", 2)]
    public SignedUnitStruct Unit { get; set; } = new();
}

[Function("claimMany")]
internal sealed class ClaimManyMessage : FunctionMessage
{
    [Parameter("tuple[]", "claims", 1)]
    public List<ClaimStruct> Claims { get; set; } = [];
}

[Function("cooperativeClose")]
internal sealed class CooperativeCloseMessage : FunctionMessage
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
}

[Function("startClose")]
internal sealed class StartCloseMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "consumerUnit", 2)]
    public SignedUnitStruct ConsumerUnit { get; set; } = new();

    [Parameter("tuple", "providerUnit", 3)]
    public SignedUnitStruct ProviderUnit { get; set; } = new();
}

[Function("startCloseFor")]
internal sealed class StartCloseForMessage : FunctionMessage
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
}

[Function("challenge")]
internal sealed class ChallengeMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "unit", 2)]
    public SignedUnitStruct Unit { get; set; } = new();
}

[Function("settle")]
internal sealed class SettleMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();
}

[Function("settleMany")]
internal sealed class SettleManyMessage : FunctionMessage
{
    [Parameter("tuple[]", "channels", 1)]
    public List<TermsStruct> Channels { get; set; } = [];
}

[Function("registerProxy")]
internal sealed class RegisterProxyMessage : FunctionMessage;

[Function("startLeaving")]
internal sealed class StartLeavingMessage : FunctionMessage;

[Function("finishLeaving")]
internal sealed class FinishLeavingMessage : FunctionMessage;
