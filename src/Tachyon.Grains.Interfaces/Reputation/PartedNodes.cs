namespace Tachyon.Grains;

/// <summary>The nodes that one node is never matched or connected with, because either of the two said so.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.PartedNodes")]
public sealed record PartedNodes
{
    /// <summary>The others.</summary>
    [Id(0)]
    public required Address[] Nodes { get; init; }

    /// <summary>False when more statements about this node were admitted than it keeps: then ask for each candidate.</summary>
    [Id(1)]
    public required bool IsComplete { get; init; }
}
