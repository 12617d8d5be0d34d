using Nethereum.Hex.HexConvertors.Extensions;

namespace Nethereum.Util;

/// <summary>Addresses as text.</summary>
public static class AddressExtensions
{
    /// <summary>Mixed case after EIP-55.</summary>
    public static string ConvertToEthereumChecksumAddress(this string address)
    {
        var digits = address.RemoveHexPrefix().ToLowerInvariant();
        var hash = Sha3Keccack.Current.CalculateHash(digits);
        return "0x" + string.Concat(digits.Select((digit, i) => hash[i] >= '8' ? char.ToUpperInvariant(digit) : digit));
    }
}
