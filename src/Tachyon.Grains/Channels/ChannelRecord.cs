namespace Tachyon.Grains.Channels;

/// <summary>What a channel grain stores. Immutable; a change is a new record.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChannelRecord")]
internal sealed record ChannelRecord
{
    /// <summary>Null until the chain has shown the channel.</summary>
    [Id(0)]
    public Terms? Terms { get; init; }

    [Id(1)]
    public ChannelPhase Phase { get; init; }

    /// <summary>With all top-ups.</summary>
    [Id(2)]
    public ulong CapacityBytes { get; init; }

    [Id(3)]
    public ulong ConfirmBeforeSeconds { get; init; }

    [Id(4)]
    public ulong SettleFromSeconds { get; init; }

    /// <summary>What claims have paid for.</summary>
    [Id(5)]
    public ulong PaidBytes { get; init; }

    /// <summary>uA as the contract holds it.</summary>
    [Id(6)]
    public ulong ChainConsumerBytes { get; init; }

    /// <summary>uB as the contract holds it.</summary>
    [Id(7)]
    public ulong ChainProviderBytes { get; init; }

    [Id(8)]
    public SettlementFigures? Settlement { get; init; }

    /// <summary>The last event applied; earlier ones are repetitions.</summary>
    [Id(9)]
    public ulong LastEventBlock { get; init; }

    [Id(10)]
    public uint LastEventLogIndex { get; init; }

    /// <summary>Only grows, whatever the chain does: signatures stay valid on any branch.</summary>
    [Id(11)]
    public ChannelEvidence Evidence { get; init; } = ChannelEvidence.Empty;

    /// <summary>Oldest first.</summary>
    [Id(12)]
    public IntentView[] Operations { get; init; } = [];

    /// <summary>The time last set with the deadline shard; 0 for none.</summary>
    [Id(13)]
    public ulong DeadlineSeconds { get; init; }

    /// <summary>The last challenge with a unit of the consumer; null while there was none since the channel began to close.</summary>
    [Id(14)]
    public ChallengeMark? ConsumerChallenge { get; init; }

    /// <summary>The same with a unit of the provider.</summary>
    [Id(15)]
    public ChallengeMark? ProviderChallenge { get; init; }

    /// <summary>Of a lock: the newest unit of the consumer that states a route step, which is what may be claimed (protocol, Routes, 8).</summary>
    [Id(16)]
    public SignedUnit? StepUnit { get; init; }

    /// <summary>True when there is nothing to keep: the chain has shown no such channel, and none that a re-organisation took away.</summary>
    internal bool IsEmpty => Terms is null && Operations.Length == 0 && DeadlineSeconds == 0 && Evidence == ChannelEvidence.Empty;
}
