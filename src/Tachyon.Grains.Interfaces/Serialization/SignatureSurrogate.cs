namespace Tachyon.Grains.Serialization;

/// <summary>A signature between silos and in storage: r, s and v.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.SignatureSurrogate")]
public struct SignatureSurrogate
{
    /// <summary>65 bytes, r ‖ s ‖ v.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Converts signatures for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class SignatureConverter : IConverter<Signature, SignatureSurrogate>
{
    /// <inheritdoc />
    public Signature ConvertFromSurrogate(in SignatureSurrogate surrogate) => Signature.FromBytes(surrogate.Bytes);

    /// <inheritdoc />
    public SignatureSurrogate ConvertToSurrogate(in Signature value) => new() { Bytes = value.ToArray() };
}
