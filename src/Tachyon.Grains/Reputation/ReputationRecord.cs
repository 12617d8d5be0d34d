using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Reputation;

/// <summary>What a reputation grain stores. Immutable; a change is a new record.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ReputationRecord")]
internal sealed record ReputationRecord
{
    /// <summary>The newest statement of this node about each other one, oldest first.</summary>
    [Id(0)]
    public IssuedStatement[] Issued { get; init; } = [];

    /// <summary>The newest statement of each other node about this one, oldest first.</summary>
    [Id(1)]
    public HeardStatement[] Heard { get; init; } = [];

    /// <summary>Whether statements about this node were dropped because there were too many.</summary>
    [Id(2)]
    public bool HeardMore { get; init; }

    /// <summary>When the day began in which <see cref="DayCount"/> statements of this node were admitted, Unix milliseconds.</summary>
    [Id(3)]
    public ulong DayStartMs { get; init; }

    [Id(4)]
    public int DayCount { get; init; }

    internal bool IsEmpty => Issued.Length == 0 && Heard.Length == 0;
}

/// <summary>A node's own statement about another.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.IssuedStatement")]
internal sealed record IssuedStatement
{
    [Id(0)]
    public required SignedBlacklisting Signed { get; init; }

    [Id(1)]
    public Contradiction? Evidence { get; init; }

    /// <summary>Whether its subject and the log may not have it yet.</summary>
    [Id(2)]
    public bool IsPending { get; init; }

    /// <summary>How many statements about this subject each channel has carried.</summary>
    [Id(3)]
    public ChannelStatements[] Channels { get; init; } = [];

    internal Address Subject => Signed.Subject;

    internal bool Stands => !Signed.Statement.Revoked;
}

/// <summary>How many statements of one issuer a channel has carried.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChannelStatements")]
internal sealed record ChannelStatements
{
    [Id(0)]
    public ChannelId ChannelId { get; init; }

    [Id(1)]
    public int Count { get; init; }
}
