using System.Numerics;

namespace Tachyon.Chain;

/// <summary>What a transaction pays at most for a unit of gas (EIP-1559), in wei.</summary>
/// <param name="MaxFeePerGas">in all, tip included</param>
/// <param name="MaxPriorityFeePerGas">as a tip</param>
public readonly record struct FeeCaps(BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas)
{
    /// <summary>What a unit of gas will likely cost when these were just suggested: the maximum has room for the base fee to double.</summary>
    public BigInteger Likely => MaxPriorityFeePerGas + ((MaxFeePerGas - MaxPriorityFeePerGas) / 2);

    /// <summary>Whether nodes take a transaction with these fees in place of one of the same nonce with <paramref name="earlier"/>: at least 10 % more on both.</summary>
    public bool Replaces(FeeCaps earlier) =>
        MaxFeePerGas * 10 >= earlier.MaxFeePerGas * 11 && MaxPriorityFeePerGas * 10 >= earlier.MaxPriorityFeePerGas * 11;

    /// <summary>The same with the maximum brought down to <paramref name="limit"/>, and the tip with it.</summary>
    public FeeCaps AtMost(BigInteger limit) =>
        new(BigInteger.Min(MaxFeePerGas, limit), BigInteger.Min(MaxPriorityFeePerGas, limit));

    /// <summary>
    /// Fees with which a transaction of the same nonce replaces this one: nodes ask for at least 10 % more on both,
    /// so this gives an eighth more, and never less than <paramref name="suggested"/>.
    /// </summary>
    public FeeCaps Replacing(FeeCaps suggested) => new(
        BigInteger.Max(Raised(MaxFeePerGas), suggested.MaxFeePerGas),
        BigInteger.Max(Raised(MaxPriorityFeePerGas), suggested.MaxPriorityFeePerGas));

    private static BigInteger Raised(BigInteger fee) => fee + BigInteger.Max(BigInteger.One, (fee + 7) / 8);
}
