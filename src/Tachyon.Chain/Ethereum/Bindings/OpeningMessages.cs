using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Tachyon.Chain.Ethereum.Bindings;

// The calls before service: open, confirm, decline, expire, top up.

[Function("open")]
internal sealed class OpenMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();
}

[Function("openWithPermit")]
internal sealed class OpenWithPermitMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "permit", 2)]
    public PermitStruct Permit { get; set; } = new();
}

[Function("openAccepted")]
internal sealed class OpenAcceptedMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "expiry", 2)]
    public ulong Expiry { get; set; }

    [Parameter("tuple", "acceptance", 3)]
    public SignatureStruct Acceptance { get; set; } = new();
}

[Function("openFor")]
internal sealed class OpenForMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "validUntil", 2)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 3)]
    public SignatureStruct Signature { get; set; } = new();
}

[Function("confirm")]
internal sealed class ConfirmMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();
}

[Function("confirmFor")]
internal sealed class ConfirmForMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "validUntil", 2)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 3)]
    public SignatureStruct Signature { get; set; } = new();
}

[Function("decline")]
internal sealed class DeclineMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();
}

[Function("declineFor")]
internal sealed class DeclineForMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "validUntil", 2)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 3)]
    public SignatureStruct Signature { get; set; } = new();
}

[Function("withdrawUnconfirmed")]
internal sealed class WithdrawUnconfirmedMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();
}

[Function("topUp")]
internal sealed class TopUpMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "newCapacity", 2)]
    public ulong NewCapacity { get; set; }
}

[Function("topUpFor")]
internal sealed class TopUpForMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("uint64", "newCapacity", 2)]
    public ulong NewCapacity { get; set; }

    [Parameter("uint64", "validUntil", 3)]
    public ulong ValidUntil { get; set; }

    [Parameter("tuple", "signature", 4)]
    public SignatureStruct Signature { get; set; } = new();
}
