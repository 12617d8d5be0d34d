namespace Orleans.Runtime;

[GenerateSerializer, Immutable, Alias("Orleans.Runtime.ActivationId")]
public readonly struct ActivationId(Guid key) : IEquatable<ActivationId>
{
    [Id(0)]
    private readonly Guid _key = key;

    public bool IsDefault => _key == Guid.Empty;

    public static ActivationId NewId() => new(Guid.NewGuid());

    public override bool Equals(object? obj) => obj is ActivationId other && Equals(other);

    public bool Equals(ActivationId other) => _key == other._key;

    public override int GetHashCode() => _key.GetHashCode();

    public static bool operator ==(ActivationId left, ActivationId right) => left.Equals(right);

    public static bool operator !=(ActivationId left, ActivationId right) => !left.Equals(right);

    public string ToParsableString() => ToString();

    public override string ToString() => $"@{_key:N}";
}
