using Tachyon.Protocol.Evidence;

namespace Tachyon.Grains.Serialization;

/// <summary>A contradiction between silos and in storage.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ContradictionSurrogate")]
public struct ContradictionSurrogate
{
    /// <summary>How the units contradict each other, as the protocol numbers it.</summary>
    [Id(0)]
    public byte Kind { get; set; }

    /// <summary>The unit of the lower index, or the one received first.</summary>
    [Id(1)]
    public SignedUnit First { get; set; }

    /// <summary>The other unit.</summary>
    [Id(2)]
    public SignedUnit Second { get; set; }
}

/// <summary>Converts contradictions for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class ContradictionConverter : IConverter<Contradiction, ContradictionSurrogate>
{
    /// <inheritdoc />
    public Contradiction ConvertFromSurrogate(in ContradictionSurrogate surrogate) =>
        new((ContradictionKind)surrogate.Kind, surrogate.First, surrogate.Second);

    /// <inheritdoc />
    public ContradictionSurrogate ConvertToSurrogate(in Contradiction value) =>
        new() { Kind = (byte)value.Kind, First = value.First, Second = value.Second };
}
