using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains;

/// <summary>What a node states about others and others about it, as this silo holds it durably.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ReputationView")]
public sealed record ReputationView
{
    /// <summary>The node.</summary>
    [Id(0)]
    public required Address Node { get; init; }

    /// <summary>The newest of each issuer about this node, revoked ones included.</summary>
    [Id(1)]
    public required HeardStatement[] About { get; init; }

    /// <summary>The newest of this node about each other one, revoked ones included.</summary>
    [Id(2)]
    public required SignedBlacklisting[] By { get; init; }

    /// <summary>False when more were admitted about this node than it keeps.</summary>
    [Id(3)]
    public required bool IsComplete { get; init; }
}
