using System.Globalization;
using System.Numerics;
using Nethereum.Hex.HexConvertors.Extensions;
using Newtonsoft.Json;

namespace Nethereum.Hex.HexTypes;

/// <summary>A JSON-RPC quantity: a number written as hexadecimal without leading zeros.</summary>
[JsonConverter(typeof(HexBigIntegerJsonConverter))]
public sealed class HexBigInteger : IEquatable<HexBigInteger>
{
    private readonly Lazy<BigInteger> value;

    public HexBigInteger(string hex)
    {
        HexValue = hex.EnsureHexPrefix();
        // Lazy as in the package: text that is no number fails where it is used, not where it is read.
        value = new Lazy<BigInteger>(() => new BigInteger(HexValue.HexToByteArray(), isUnsigned: true, isBigEndian: true));
    }

    public HexBigInteger(BigInteger value)
    {
        if (value.Sign < 0)
        {
            throw new Exception("Hex Encoding of Negative BigInteger value is not supported");
        }

        var digits = value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        HexValue = "0x" + (digits.Length == 0 ? "0" : digits);
        this.value = new Lazy<BigInteger>(value);
    }

    public string HexValue { get; }

    public BigInteger Value => value.Value;

    public static implicit operator BigInteger(HexBigInteger hex) => hex.Value;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public bool Equals(HexBigInteger other) => other is not null && other.Value == Value;

    public override bool Equals(object obj) => Equals(obj as HexBigInteger);

    public override int GetHashCode() => Value.GetHashCode();
}
