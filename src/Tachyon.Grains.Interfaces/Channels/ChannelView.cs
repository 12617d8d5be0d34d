using Tachyon.Protocol.Settlement;

namespace Tachyon.Grains;

/// <summary>A channel as this silo holds it durably. Edges believe only their own RPC endpoint about the part from the chain.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChannelView")]
public sealed record ChannelView
{
    /// <summary>The channel.</summary>
    [Id(0)]
    public required ChannelId ChannelId { get; init; }

    /// <summary>The terms, with the opening capacity.</summary>
    [Id(1)]
    public required Terms Terms { get; init; }

    /// <summary>Where the channel stands on chain, at the configured finality.</summary>
    [Id(2)]
    public required ChannelPhase Phase { get; init; }

    /// <summary>The capacity with all top-ups, in bytes.</summary>
    [Id(3)]
    public ulong CapacityBytes { get; init; }

    /// <summary>uA: the greatest bytes that a valid consumer unit states, on chain or in the evidence here.</summary>
    [Id(4)]
    public ulong ConsumerBytes { get; init; }

    /// <summary>uB: the same of the provider; never below uA, as the contract reads it.</summary>
    [Id(5)]
    public ulong ProviderBytes { get; init; }

    /// <summary>True when uA and uB agree within the tolerance (protocol, Settlement).</summary>
    [Id(6)]
    public bool Agreed { get; init; }

    /// <summary>Bytes that claims on chain have already paid for.</summary>
    [Id(7)]
    public ulong PaidBytes { get; init; }

    /// <summary>What the provider has been paid on chain so far, in base units.</summary>
    [Id(8)]
    public TokenAmount Paid { get; init; }

    /// <summary>The end of the time to confirm, Unix seconds, exclusive; 0 unless opened.</summary>
    [Id(9)]
    public ulong ConfirmBeforeSeconds { get; init; }

    /// <summary>From when on the channel can be settled, Unix seconds; 0 unless closing.</summary>
    [Id(10)]
    public ulong SettleFromSeconds { get; init; }

    /// <summary>How the channel ended; null before.</summary>
    [Id(11)]
    public SettlementFigures? Settlement { get; init; }

    /// <summary>The consumer has signed a closure of this many bytes; null if none is known here.</summary>
    [Id(12)]
    public ulong? ConsumerClosureBytes { get; init; }

    /// <summary>The provider has signed a closure of this many bytes; null if none is known here.</summary>
    [Id(13)]
    public ulong? ProviderClosureBytes { get; init; }

    /// <summary>The operations on chain that this silo was asked for, oldest first; the outbox knows intermediate states better.</summary>
    [Id(14)]
    public required IntentView[] Operations { get; init; }

    /// <summary>True when the consumer signed units that contradict each other; <see cref="ChannelEvidence"/> holds the proof.</summary>
    [Id(15)]
    public bool ConsumerContradicted { get; init; }

    /// <summary>The same of the provider.</summary>
    [Id(16)]
    public bool ProviderContradicted { get; init; }

    /// <summary>Bytes that the consumer signed for and no claim has paid for; 0 once the channel is over.</summary>
    public ulong UnclaimedBytes =>
        Phase is ChannelPhase.Settled or ChannelPhase.Declined or ChannelPhase.Expired || ConsumerBytes < PaidBytes ? 0 : ConsumerBytes - PaidBytes;

    /// <summary>What those are worth to the provider, in base units.</summary>
    public TokenAmount Unclaimed => Terms.Price(PaidBytes + UnclaimedBytes) - Terms.Price(PaidBytes);

    /// <summary>By how much the provider's count may exceed the consumer's without a dispute, in bytes.</summary>
    public ulong AllowedDifferenceBytes => SettlementRules.AllowedDifferenceBytes(ProviderBytes, Terms.TolerancePpm);

    /// <summary>What the chain waits for, Unix seconds: the end of the time to confirm, or of the challenge period; null without one.</summary>
    public ulong? DeadlineSeconds => Phase switch
    {
        ChannelPhase.Opened => ConfirmBeforeSeconds,
        ChannelPhase.Closing => SettleFromSeconds,
        _ => null,
    };
}
