using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Tachyon.Chain.Ethereum.Bindings.Errors;

// Refusals of callers, signatures and validity.

[Error("NotConsumer")]
internal sealed class NotConsumerError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "caller", 1)]
    public string Caller { get; set; } = "";

    [Parameter("address", "consumer", 2)]
    public string Consumer { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.NotConsumer(Address.Parse(Caller), Address.Parse(Consumer));
}

[Error("NotProvider")]
internal sealed class NotProviderError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "caller", 1)]
    public string Caller { get; set; } = "";

    [Parameter("address", "provider", 2)]
    public string Provider { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.NotProvider(Address.Parse(Caller), Address.Parse(Provider));
}

[Error("NotParty")]
internal sealed class NotPartyError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";

    [Parameter("address", "consumer", 2)]
    public string Consumer { get; set; } = "";

    [Parameter("address", "provider", 3)]
    public string Provider { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.NotParty(Address.Parse(Account), Address.Parse(Consumer), Address.Parse(Provider));
}

[Error("WrongSigner")]
internal sealed class WrongSignerError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "recovered", 1)]
    public string Recovered { get; set; } = "";

    [Parameter("address", "expected", 2)]
    public string Expected { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.WrongSigner(Address.Parse(Recovered), Address.Parse(Expected));
}

[Error("MalformedSignature")]
internal sealed class MalformedSignatureError : IErrorDTO, IErrorBinding
{
    [Parameter("uint8", "v", 1)]
    public byte V { get; set; }

    [Parameter("bytes32", "r", 2)]
    public byte[] R { get; set; } = [];

    [Parameter("bytes32", "s", 3)]
    public byte[] S { get; set; } = [];

    public ContractRefusal ToRefusal() => new ContractRefusal.MalformedSignature(V, Bytes32.FromBytes(R), Bytes32.FromBytes(S));
}

[Error("SignatureExpired")]
internal sealed class SignatureExpiredError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "validUntil", 1)]
    public BigInteger ValidUntil { get; set; }

    [Parameter("uint256", "nowSeconds", 2)]
    public BigInteger NowSeconds { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.SignatureExpired(ValidUntil, NowSeconds);
}

[Error("ValidityTooLong")]
internal sealed class ValidityTooLongError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "validUntil", 1)]
    public BigInteger ValidUntil { get; set; }

    [Parameter("uint256", "latestAllowed", 2)]
    public BigInteger LatestAllowed { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.ValidityTooLong(ValidUntil, LatestAllowed);
}
