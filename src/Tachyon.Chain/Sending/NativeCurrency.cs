using System.Globalization;
using System.Numerics;

namespace Tachyon.Chain;

/// <summary>Amounts of the chain's own currency, which pays for gas, for people to read.</summary>
internal static class NativeCurrency
{
    private const int SignificantDigits = 4;

    /// <summary>In ether, as "0.001235 ETH", to four digits that count.</summary>
    /// <param name="wei">The amount, in wei.</param>
    /// <param name="roundUp">Whether what is shown is no less than the amount, as for one that is needed; else it is no more.</param>
    internal static string Ether(BigInteger wei, bool roundUp = false)
    {
        int digits = wei.ToString(CultureInfo.InvariantCulture).Length;
        BigInteger unit = BigInteger.Pow(10, Math.Max(digits - SignificantDigits, 0));
        BigInteger shown = (roundUp ? wei + unit - 1 : wei) / unit * unit;

        // Both have 18 decimals.
        return $"{new TokenAmount(shown).ToTokens()} ETH";
    }
}
