namespace Orleans.Runtime;

/// <summary>Where one activation lives.</summary>
[GenerateSerializer, Immutable, Alias("Orleans.Runtime.GrainAddress")]
public sealed class GrainAddress : IEquatable<GrainAddress>
{
    [Id(0)]
    public GrainId GrainId { get; init; }

    [Id(1)]
    public ActivationId ActivationId { get; init; }

    [Id(2)]
    public SiloAddress? SiloAddress { get; init; }

    public bool IsComplete => !GrainId.IsDefault && !ActivationId.IsDefault && SiloAddress is not null;

    public bool Matches(GrainAddress? other) => other is not null
        && GrainId == other.GrainId
        && Equals(SiloAddress, other.SiloAddress)
        && ActivationId == other.ActivationId;

    public bool Equals(GrainAddress? other) => Matches(other);

    public override bool Equals(object? obj) => Equals(obj as GrainAddress);

    public override int GetHashCode() => HashCode.Combine(SiloAddress, GrainId, ActivationId);

    public override string ToString() => $"[{nameof(GrainAddress)} GrainId {GrainId}, ActivationId: {ActivationId}, SiloAddress: {SiloAddress}]";

    public string ToFullString() => ToString();
}
