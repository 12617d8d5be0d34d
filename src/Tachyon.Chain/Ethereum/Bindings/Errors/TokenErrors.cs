using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Tachyon.Chain.Ethereum.Bindings.Errors;

// Refusals about tokens, periods and proxies.

[Error("TransferNotExact")]
internal sealed class TransferNotExactError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "received", 1)]
    public BigInteger Received { get; set; }

    [Parameter("uint256", "expected", 2)]
    public BigInteger Expected { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.TransferNotExact(Received, Expected);
}

[Error("ReentrancyGuardReentrantCall")]
internal sealed class ReentrancyGuardReentrantCallError : IErrorDTO, IErrorBinding
{
    public ContractRefusal ToRefusal() => new ContractRefusal.ReentrancyGuardReentrantCall();
}

[Error("SafeERC20FailedOperation")]
internal sealed class SafeERC20FailedOperationError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.SafeERC20FailedOperation(Address.Parse(Token));
}

[Error("TokenWithoutCode")]
internal sealed class TokenWithoutCodeError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.TokenWithoutCode(Address.Parse(Token));
}

[Error("TokenNotPlain")]
internal sealed class TokenNotPlainError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";

    [Parameter("uint256", "actual", 2)]
    public BigInteger Actual { get; set; }

    [Parameter("uint256", "expected", 3)]
    public BigInteger Expected { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.TokenNotPlain(Address.Parse(Token), Actual, Expected);
}

[Error("PeriodOutOfRange")]
internal sealed class PeriodOutOfRangeError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "periodSeconds", 1)]
    public BigInteger PeriodSeconds { get; set; }

    [Parameter("uint256", "maximumSeconds", 2)]
    public BigInteger MaximumSeconds { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.PeriodOutOfRange(PeriodSeconds, MaximumSeconds);
}

[Error("WrongProxyStatus")]
internal sealed class WrongProxyStatusError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";

    [Parameter("uint8", "actual", 2)]
    public byte Actual { get; set; }

    [Parameter("uint8", "expected", 3)]
    public byte Expected { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.WrongProxyStatus(Address.Parse(Account), (ProxyStanding)Actual, (ProxyStanding)Expected);
}

[Error("DirectChannelsActive")]
internal sealed class DirectChannelsActiveError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";

    [Parameter("uint256", "activeDirect", 2)]
    public BigInteger ActiveDirect { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.DirectChannelsActive(Address.Parse(Account), ActiveDirect);
}

[Error("LocksActive")]
internal sealed class LocksActiveError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";

    [Parameter("uint256", "activeLocks", 2)]
    public BigInteger ActiveLocks { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.LocksActive(Address.Parse(Account), ActiveLocks);
}

[Error("LeavingDelayRuns")]
internal sealed class LeavingDelayRunsError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";

    [Parameter("uint256", "leavesAt", 2)]
    public BigInteger LeavesAt { get; set; }

    [Parameter("uint256", "nowSeconds", 3)]
    public BigInteger NowSeconds { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.LeavingDelayRuns(Address.Parse(Account), LeavesAt, NowSeconds);
}

[Error("ERC20InsufficientBalance")]
internal sealed class ERC20InsufficientBalanceError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "sender", 1)]
    public string Sender { get; set; } = "";

    [Parameter("uint256", "balance", 2)]
    public BigInteger Balance { get; set; }

    [Parameter("uint256", "needed", 3)]
    public BigInteger Needed { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.InsufficientBalance(Address.Parse(Sender), new TokenAmount(Balance), new TokenAmount(Needed));
}

[Error("ERC20InsufficientAllowance")]
internal sealed class ERC20InsufficientAllowanceError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "spender", 1)]
    public string Spender { get; set; } = "";

    [Parameter("uint256", "allowance", 2)]
    public BigInteger Allowance { get; set; }

    [Parameter("uint256", "needed", 3)]
    public BigInteger Needed { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.InsufficientAllowance(Address.Parse(Spender), new TokenAmount(Allowance), new TokenAmount(Needed));
}
