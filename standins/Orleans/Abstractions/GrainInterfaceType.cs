namespace Orleans.Runtime;

/// <summary>The name of a grain interface on the wire.</summary>
[GenerateSerializer, Immutable, Alias("Orleans.Runtime.GrainInterfaceType")]
public readonly struct GrainInterfaceType : IEquatable<GrainInterfaceType>
{
    [Id(0)]
    private readonly IdSpan _value;

    public GrainInterfaceType(string value) => _value = IdSpan.Create(value);

    public GrainInterfaceType(IdSpan value) => _value = value;

    public IdSpan Value => _value;

    public bool IsDefault => _value.IsDefault;

    public static GrainInterfaceType Create(string value) => new(value);

    public override bool Equals(object? obj) => obj is GrainInterfaceType other && Equals(other);

    public bool Equals(GrainInterfaceType other) => _value.Equals(other._value);

    public override int GetHashCode() => _value.GetHashCode();

    public static bool operator ==(GrainInterfaceType left, GrainInterfaceType right) => left.Equals(right);

    public static bool operator !=(GrainInterfaceType left, GrainInterfaceType right) => !left.Equals(right);

    public override string ToString() => _value.ToString();
}
