using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Tachyon.Chain.Ethereum.Bindings;

// The calls of the token.

[Function("balanceOf", "uint256")]
internal sealed class BalanceOfMessage : FunctionMessage
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";
}

[Function("allowance", "uint256")]
internal sealed class AllowanceMessage : FunctionMessage
{
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = "";

    [Parameter("address", "spender", 2)]
    public string Spender { get; set; } = "";
}

[Function("nonces", "uint256")]
internal sealed class PermitNoncesMessage : FunctionMessage
{
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = "";
}

[Function("approve", "bool")]
internal sealed class ApproveMessage : FunctionMessage, ICallBinding
{
    [Parameter("address", "spender", 1)]
    public string Spender { get; set; } = "";

    [Parameter("uint256", "value", 2)]
    public BigInteger Value { get; set; }

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.Approve(new TokenAmount(Value));
}

[Function("transfer", "bool")]
internal sealed class TransferMessage : FunctionMessage, ICallBinding
{
    [Parameter("address", "to", 1)]
    public string To { get; set; } = "";

    [Parameter("uint256", "value", 2)]
    public BigInteger Value { get; set; }

    public ChainCall ToCall(Eip712Domain domain) => new ChainCall.Transfer(Address.Parse(To), new TokenAmount(Value));
}
