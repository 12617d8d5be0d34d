using System.Numerics;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Simulation;

/// <summary>Whoever has to fund an account reads amounts in the unit in which wallets send them.</summary>
public sealed class GasUnaffordableTests
{
    [Theory]
    [InlineData("0", "56000000000000", "has 0 ETH and may need 0.000056 ETH")]
    [InlineData("123456789012345", "123456789012345", "has 0.0001234 ETH and may need 0.0001235 ETH")]
    [InlineData("12345600000000000000000", "7", "has 12340 ETH and may need 0.000000000000000007 ETH")]
    [InlineData("1000000000000000000", "999999999999999999", "has 1 ETH and may need 1 ETH")]
    public void Message_ShowsEther_TheNeedRoundedUpAndTheBalanceDown(string balance, string needed, string words)
    {
        var fault = new GasUnaffordableException(AnvilAccounts.Account(5).Address, BigInteger.Parse(balance), BigInteger.Parse(needed));

        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }
}
