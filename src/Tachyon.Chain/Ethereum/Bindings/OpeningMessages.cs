using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Tachyon.Chain.Ethereum.Bindings;

// The calls before service: open, confirm, decline, expire, top up.

[Function("open")]
internal sealed class OpenMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.Open(Terms.ToTerms());
}

[Function("openWithPermit")]
internal sealed class OpenWithPermitMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "permit", 2)]
    public PermitStruct Permit { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => Permit.ToCall(Terms.ToTerms(), domain);
}

[Function("openAccepted")]
internal sealed class OpenAcceptedMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "expiry", 2)]
    public ulong Expiry { get; set; }

    [Parameter("tuple", "acceptance", 3)]
    public SignatureStruct Acceptance { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.OpenAccepted(Terms.ToTerms(), Expiry, Acceptance.ToSignature());
}

[Function("openFor")]
internal sealed class OpenForMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "validUntil", 2)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 3)]
    public SignatureStruct Signature { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.OpenFor(Terms.ToTerms(), ValidUntil, Signature.ToSignature());
}

[Function("confirm")]
internal sealed class ConfirmMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.Confirm(Terms.ToTerms());
}

[Function("confirmFor")]
internal sealed class ConfirmForMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "validUntil", 2)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 3)]
    public SignatureStruct Signature { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.ConfirmFor(Terms.ToTerms(), ValidUntil, Signature.ToSignature());
}

[Function("decline")]
internal sealed class DeclineMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.Decline(Terms.ToTerms());
}

[Function("declineFor")]
internal sealed class DeclineForMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "validUntil", 2)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 3)]
    public SignatureStruct Signature { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.DeclineFor(Terms.ToTerms(), ValidUntil, Signature.ToSignature());
}

[Function("withdrawUnconfirmed")]
internal sealed class WithdrawUnconfirmedMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.WithdrawUnconfirmed(Terms.ToTerms());
}

[Function("topUp")]
internal sealed class TopUpMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "newCapacity", 2)]
    public ulong NewCapacity { get; set; }

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.TopUp(Terms.ToTerms(), NewCapacity);
}

[Function("topUpFor")]
internal sealed class TopUpForMessage : FunctionMessage, ICallBinding
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "newCapacity", 2)]
    public ulong NewCapacity { get; set; }

    [Parameter("uint64", "validUntil", 3)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 4)]
    public SignatureStruct Signature { get; set; } = new();

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.TopUpFor(Terms.ToTerms(), NewCapacity, ValidUntil, Signature.ToSignature());
}
