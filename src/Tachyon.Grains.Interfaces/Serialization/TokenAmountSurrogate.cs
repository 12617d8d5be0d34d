using System.Numerics;

namespace Tachyon.Grains.Serialization;

/// <summary>An amount between silos and in storage: base units, unsigned, big-endian.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.TokenAmountSurrogate")]
public struct TokenAmountSurrogate
{
    /// <summary>The fewest bytes that hold the amount.</summary>
    [Id(0)]
    public byte[] BaseUnits { get; set; }
}

/// <summary>Converts amounts for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class TokenAmountConverter : IConverter<TokenAmount, TokenAmountSurrogate>
{
    /// <inheritdoc />
    public TokenAmount ConvertFromSurrogate(in TokenAmountSurrogate surrogate) =>
        new(new BigInteger(surrogate.BaseUnits, isUnsigned: true, isBigEndian: true));

    /// <inheritdoc />
    public TokenAmountSurrogate ConvertToSurrogate(in TokenAmount value) =>
        new() { BaseUnits = value.BaseUnits.ToByteArray(isUnsigned: true, isBigEndian: true) };
}
