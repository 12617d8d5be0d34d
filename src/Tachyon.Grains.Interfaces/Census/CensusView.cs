namespace Tachyon.Grains;

/// <summary>All channels together, as their records stood while they were counted.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.CensusView")]
public sealed record CensusView
{
    /// <summary>When the counting ended, Unix milliseconds.</summary>
    [Id(0)]
    public required ulong CountedAtMs { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    [Id(1)]
    public ulong TookMs { get; init; }

    /// <summary>How many channels are in each phase; the index is the <see cref="ChannelPhase"/>.</summary>
    [Id(2)]
    public required int[] ByPhase { get; init; }

    /// <summary>The sum of uA: the bytes that consumers have signed for, over all channels there ever were.</summary>
    [Id(3)]
    public ulong UsedBytes { get; init; }

    /// <summary>Of channels that are not over: bytes that consumers signed and no claim has paid for.</summary>
    [Id(4)]
    public ulong UnclaimedBytes { get; init; }

    /// <summary>What those are worth to their providers, in base units.</summary>
    [Id(5)]
    public TokenAmount Unclaimed { get; init; }

    /// <summary>What claims and ends of channels have paid to providers, in base units.</summary>
    [Id(6)]
    public TokenAmount Paid { get; init; }

    /// <summary>What disputes have burned, in base units.</summary>
    [Id(7)]
    public TokenAmount Burned { get; init; }

    /// <summary>Channels that are not over and whose counts differ by more than the tolerance allows.</summary>
    [Id(8)]
    public int Disputed { get; init; }

    /// <summary>Channels that ended in a dispute.</summary>
    [Id(9)]
    public int EndedInDispute { get; init; }

    /// <summary>Channels of which a party signed units that contradict each other.</summary>
    [Id(10)]
    public int Contradicted { get; init; }

    /// <summary>All channels.</summary>
    public int Channels => ByPhase.Sum();

    /// <summary>How many channels are in a phase.</summary>
    public int In(ChannelPhase phase) => ByPhase[(int)phase];
}
