namespace Tachyon.Grains.Proxies;

/// <summary>The exits to which an operator has, or had, a pool. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PoolIndexRecord")]
internal sealed record PoolIndexRecord
{
    [Id(0)]
    public Address[] Exits { get; init; } = [];
}
