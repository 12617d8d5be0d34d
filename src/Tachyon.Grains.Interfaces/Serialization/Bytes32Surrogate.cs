namespace Tachyon.Grains.Serialization;

/// <summary>32 bytes between silos and in storage.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.Bytes32Surrogate")]
public struct Bytes32Surrogate
{
    /// <summary>32 bytes.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Converts 32-byte values for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class Bytes32Converter : IConverter<Bytes32, Bytes32Surrogate>
{
    /// <inheritdoc />
    public Bytes32 ConvertFromSurrogate(in Bytes32Surrogate surrogate) => Bytes32.FromBytes(surrogate.Bytes);

    /// <inheritdoc />
    public Bytes32Surrogate ConvertToSurrogate(in Bytes32 value) => new() { Bytes = value.ToArray() };
}
