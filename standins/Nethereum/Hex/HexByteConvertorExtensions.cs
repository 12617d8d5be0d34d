namespace Nethereum.Hex.HexConvertors.Extensions;

/// <summary>Bytes to hexadecimal text and back; the prefix 0x is optional when reading.</summary>
public static class HexByteConvertorExtensions
{
    public static string ToHex(this byte[] value, bool prefix = false)
    {
        var digits = Convert.ToHexStringLower(value);
        return prefix ? "0x" + digits : digits;
    }

    public static byte[] HexToByteArray(this string value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return [];
        }

        var digits = value.RemoveHexPrefix();
        if (digits.Length % 2 != 0)
        {
            digits = "0" + digits;
        }

        try
        {
            return Convert.FromHexString(digits);
        }
        catch (FormatException error)
        {
            throw new FormatException($"String '{value}' could not be converted to byte array (not hex?).", error);
        }
    }

    public static bool HasHexPrefix(this string value) => value.StartsWith("0x", StringComparison.Ordinal);

    public static string EnsureHexPrefix(this string value)
        => value is null || value.HasHexPrefix() ? value : "0x" + value;

    public static string RemoveHexPrefix(this string value)
        => value is not null && value.HasHexPrefix() ? value[2..] : value;

    public static bool IsHex(this string value)
        => value is not null && value.RemoveHexPrefix().All(char.IsAsciiHexDigit);

    public static bool IsTheSameHex(this string first, string second)
        => string.Equals(first.EnsureHexPrefix(), second.EnsureHexPrefix(), StringComparison.OrdinalIgnoreCase);
}
