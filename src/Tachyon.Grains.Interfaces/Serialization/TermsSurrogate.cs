namespace Tachyon.Grains.Serialization;

/// <summary>Terms between silos and in storage.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.TermsSurrogate")]
public struct TermsSurrogate
{
    /// <summary>The consumer.</summary>
    [Id(0)]
    public Address Consumer { get; set; }

    /// <summary>The provider.</summary>
    [Id(1)]
    public Address Provider { get; set; }

    /// <summary>The opening capacity in bytes.</summary>
    [Id(2)]
    public ulong CapacityBytes { get; set; }

    /// <summary>Base units per MB.</summary>
    [Id(3)]
    public TokenAmount PricePerMB { get; set; }

    /// <summary>The tolerance in parts per million.</summary>
    [Id(4)]
    public uint TolerancePpm { get; set; }

    /// <summary>Direct or lock, by the contract's number.</summary>
    [Id(5)]
    public byte Kind { get; set; }

    /// <summary>The salt.</summary>
    [Id(6)]
    public Bytes32 Salt { get; set; }
}

/// <summary>Converts terms for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class TermsConverter : IConverter<Terms, TermsSurrogate>
{
    /// <inheritdoc />
    public Terms ConvertFromSurrogate(in TermsSurrogate surrogate) => new(
        surrogate.Consumer,
        surrogate.Provider,
        surrogate.CapacityBytes,
        surrogate.PricePerMB,
        surrogate.TolerancePpm,
        (ChannelKind)surrogate.Kind,
        surrogate.Salt);

    /// <inheritdoc />
    public TermsSurrogate ConvertToSurrogate(in Terms value) => new()
    {
        Consumer = value.Consumer,
        Provider = value.Provider,
        CapacityBytes = value.CapacityBytes,
        PricePerMB = value.PricePerMB,
        TolerancePpm = value.TolerancePpm,
        Kind = (byte)value.Kind,
        Salt = value.Salt,
    };
}
