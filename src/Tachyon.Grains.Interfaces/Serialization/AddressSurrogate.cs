namespace Tachyon.Grains.Serialization;

/// <summary>An address between silos and in storage: its 20 bytes.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.AddressSurrogate")]
public struct AddressSurrogate
{
    /// <summary>20 bytes.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Converts addresses for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class AddressConverter : IConverter<Address, AddressSurrogate>
{
    /// <inheritdoc />
    public Address ConvertFromSurrogate(in AddressSurrogate surrogate) => Address.FromBytes(surrogate.Bytes);

    /// <inheritdoc />
    public AddressSurrogate ConvertToSurrogate(in Address value) => new() { Bytes = value.ToArray() };
}
