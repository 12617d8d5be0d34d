using System.Numerics;

namespace Tachyon.Chain;

/// <summary>What a transaction pays at most for a unit of gas (EIP-1559), in wei.</summary>
/// <param name="MaxFeePerGas">in all, tip included</param>
/// <param name="MaxPriorityFeePerGas">as a tip</param>
public readonly record struct FeeCaps(BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas)
{
    /// <summary>
    /// Fees with which a transaction of the same nonce replaces this one: nodes ask for at least 10 % more on both,
    /// so this gives an eighth more, and never less than <paramref name="suggested"/>.
    /// </summary>
    public FeeCaps Replacing(FeeCaps suggested) => new(
        BigInteger.Max(Raised(MaxFeePerGas), suggested.MaxFeePerGas),
        BigInteger.Max(Raised(MaxPriorityFeePerGas), suggested.MaxPriorityFeePerGas));

    private static BigInteger Raised(BigInteger fee) => fee + BigInteger.Max(BigInteger.One, (fee + 7) / 8);
}
