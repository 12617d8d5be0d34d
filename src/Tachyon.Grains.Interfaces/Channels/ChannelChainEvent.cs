namespace Tachyon.Grains;

/// <summary>
/// One log of the contract about one channel. Every figure is absolute, never a difference, so that applying a log
/// twice is applying it once.
/// </summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChannelChainEvent")]
public sealed record ChannelChainEvent
{
    /// <summary>What happened.</summary>
    [Id(0)]
    public required ChannelChainEventKind Kind { get; init; }

    /// <summary>The block of the log.</summary>
    [Id(1)]
    public required ulong BlockNumber { get; init; }

    /// <summary>The log's place in its block.</summary>
    [Id(2)]
    public required uint LogIndex { get; init; }

    /// <summary>The end of the time to confirm, Unix seconds, exclusive; 0 when it opened straight to active. Of <see cref="ChannelChainEventKind.Opened"/> only.</summary>
    [Id(3)]
    public ulong ConfirmBeforeSeconds { get; init; }

    /// <summary>The terms; of <see cref="ChannelChainEventKind.Opened"/> only.</summary>
    [Id(4)]
    public Terms? Terms { get; init; }

    /// <summary>The new capacity in bytes; of a top-up only.</summary>
    [Id(5)]
    public ulong CapacityBytes { get; init; }

    /// <summary>uA on chain, in bytes; of a claim, a close, a challenge or a settlement. Of a close by both, their count.</summary>
    [Id(6)]
    public ulong ConsumerBytes { get; init; }

    /// <summary>uB on chain, in bytes; of a close, a challenge or a settlement.</summary>
    [Id(7)]
    public ulong ProviderBytes { get; init; }

    /// <summary>From when on it can be settled, Unix seconds; of a close only.</summary>
    [Id(8)]
    public ulong SettleFromSeconds { get; init; }

    /// <summary>The figures of the end; of a settlement only, since those of a close by both follow from the terms.</summary>
    [Id(9)]
    public SettlementFigures? Settlement { get; init; }
}
