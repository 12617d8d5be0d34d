using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Tachyon.Protocol.Amounts;

/// <summary>An amount of money in base units of the token (IPX has 18 decimals). Never negative.</summary>
/// <remarks>A value type; its default is zero.</remarks>
public readonly struct TokenAmount : IEquatable<TokenAmount>, IComparable<TokenAmount>
{
    /// <summary>Decimals of the token.</summary>
    public const int Decimals = 18;

    private static readonly BigInteger BaseUnitsPerToken = BigInteger.Pow(10, Decimals);

    /// <summary>An amount of base units.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative.</exception>
    public TokenAmount(BigInteger baseUnits)
    {
        if (baseUnits.Sign < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(baseUnits), baseUnits, "An amount of tokens cannot be negative.");
        }

        BaseUnits = baseUnits;
    }

    /// <summary>No tokens.</summary>
    public static TokenAmount Zero => default;

    /// <summary>The greatest price that terms can carry: 2^96 − 1 base units.</summary>
    public static TokenAmount MaxPrice { get; } = new((BigInteger.One << 96) - 1);

    /// <summary>The amount in base units.</summary>
    public BigInteger BaseUnits { get; }

    /// <summary>Whether the amount is zero.</summary>
    public bool IsZero => BaseUnits.IsZero;

    /// <summary>An amount of base units.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative.</exception>
    public static TokenAmount FromBaseUnits(BigInteger baseUnits) => new(baseUnits);

    /// <summary>Reads a whole number of base units in decimal digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TokenAmount amount)
    {
        bool valid = BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger value);
        amount = valid ? new TokenAmount(value) : default;
        return valid;
    }

    /// <summary>Reads a whole number of base units in decimal digits.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static TokenAmount Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out TokenAmount amount)
            ? amount
            : throw new FormatException($"'{text}' is not a whole number of base units.");
    }

    /// <summary>Reads tokens as people write them: "12", "0.001", at most 18 decimals.</summary>
    public static bool TryParseTokens([NotNullWhen(true)] string? text, out TokenAmount amount)
    {
        amount = default;
        string[] parts = (text ?? string.Empty).Split('.');
        if (parts.Length > 2 || parts[0].Length == 0 || !parts[0].All(char.IsAsciiDigit))
        {
            return false;
        }

        string fraction = parts.Length == 2 ? parts[1] : "0";
        if (fraction.Length is 0 or > Decimals || !fraction.All(char.IsAsciiDigit))
        {
            return false;
        }

        amount = new TokenAmount(BigInteger.Parse(parts[0] + fraction.PadRight(Decimals, '0'), CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Reads tokens as people write them: "12", "0.001", at most 18 decimals.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static TokenAmount ParseTokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParseTokens(text, out TokenAmount amount)
            ? amount
            : throw new FormatException($"'{text}' is not an amount of tokens, such as 0.001.");
    }

    /// <summary>The amount in tokens as people write them, without trailing zeros.</summary>
    public string ToTokens()
    {
        BigInteger whole = BigInteger.DivRem(BaseUnits, BaseUnitsPerToken, out BigInteger rest);
        string fraction = rest.ToString(CultureInfo.InvariantCulture).PadLeft(Decimals, '0').TrimEnd('0');
        string digits = whole.ToString(CultureInfo.InvariantCulture);
        return fraction.Length == 0 ? digits : $"{digits}.{fraction}";
    }

    /// <summary>The sum.</summary>
    public static TokenAmount operator +(TokenAmount left, TokenAmount right) => new(left.BaseUnits + right.BaseUnits);

    /// <summary>The difference.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The right amount is greater.</exception>
    public static TokenAmount operator -(TokenAmount left, TokenAmount right) => new(left.BaseUnits - right.BaseUnits);

    /// <summary>Whether both are the same amount.</summary>
    public static bool operator ==(TokenAmount left, TokenAmount right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(TokenAmount left, TokenAmount right) => !left.Equals(right);

    /// <summary>Whether the left one is less.</summary>
    public static bool operator <(TokenAmount left, TokenAmount right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one is more.</summary>
    public static bool operator >(TokenAmount left, TokenAmount right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one is no more than the right one.</summary>
    public static bool operator <=(TokenAmount left, TokenAmount right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one is no less than the right one.</summary>
    public static bool operator >=(TokenAmount left, TokenAmount right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public bool Equals(TokenAmount other) => BaseUnits == other.BaseUnits;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is TokenAmount other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => BaseUnits.GetHashCode();

    /// <inheritdoc />
    public int CompareTo(TokenAmount other) => BaseUnits.CompareTo(other.BaseUnits);

    /// <summary>Base units in decimal digits.</summary>
    public override string ToString() => BaseUnits.ToString(CultureInfo.InvariantCulture);
}
