using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains;

/// <summary>An admitted statement with its place in the log and all that is needed to check it again.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.StatementEntry")]
public sealed record StatementEntry
{
    /// <summary>From 1, without gaps.</summary>
    [Id(0)]
    public ulong Sequence { get; init; }

    /// <summary>The statement or the revocation.</summary>
    [Id(1)]
    public required SignedBlacklisting Signed { get; init; }

    /// <summary>The terms of its channel, with the opening capacity.</summary>
    [Id(2)]
    public required Terms Terms { get; init; }

    /// <summary>The contradiction that it names; null for none.</summary>
    [Id(3)]
    public Contradiction? Evidence { get; init; }
}
