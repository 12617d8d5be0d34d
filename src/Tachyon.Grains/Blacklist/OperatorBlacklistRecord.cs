namespace Tachyon.Grains.Blacklist;

/// <summary>What the operator's blacklist stores. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.OperatorBlacklistRecord")]
internal sealed record OperatorBlacklistRecord
{
    [Id(0)]
    public BlacklistedNode[] Nodes { get; init; } = [];
}
