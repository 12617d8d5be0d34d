using System.Numerics;

namespace Tachyon.Chain;

/// <summary>An account has too little native currency to pay for a transaction's gas.</summary>
public sealed class GasUnaffordableException : Exception
{
    /// <param name="account">which account</param>
    /// <param name="balance">wei it has</param>
    /// <param name="needed">wei the transaction may cost</param>
    public GasUnaffordableException(Address account, BigInteger balance, BigInteger needed)
        : base($"Account {account} has {NativeCurrency.Ether(balance)} and may need {NativeCurrency.Ether(needed, roundUp: true)} for gas: send it some of the chain's native currency.")
    {
        Account = account;
        Balance = balance;
        Needed = needed;
    }

    /// <summary>Which account.</summary>
    public Address Account { get; }

    /// <summary>Wei it has.</summary>
    public BigInteger Balance { get; }

    /// <summary>Wei the transaction may cost.</summary>
    public BigInteger Needed { get; }
}
