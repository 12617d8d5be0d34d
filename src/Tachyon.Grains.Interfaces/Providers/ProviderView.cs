namespace Tachyon.Grains;

/// <summary>A provider as this silo sees it.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ProviderView")]
public sealed record ProviderView
{
    /// <summary>The provider.</summary>
    [Id(0)]
    public required Address Provider { get; init; }

    /// <summary>Its newest offer; null before the first.</summary>
    [Id(1)]
    public ProviderOffer? Offer { get; init; }

    /// <summary>True when its last sign of life is recent enough.</summary>
    [Id(2)]
    public bool Live { get; init; }

    /// <summary>True while it takes no new channels.</summary>
    [Id(3)]
    public bool Draining { get; init; }

    /// <summary>The channels that hold a slot on chain.</summary>
    [Id(4)]
    public required ChannelId[] ActiveChannels { get; init; }

    /// <summary>The channels to which a slot is promised while the confirm is on its way.</summary>
    [Id(5)]
    public required ChannelId[] ReservedChannels { get; init; }

    /// <summary>How many more channels it can confirm now.</summary>
    [Id(6)]
    public int FreeSlots { get; init; }

    /// <summary>The channels to which a slot is promised by an acceptance that the consumer has not been seen to use.</summary>
    [Id(7)]
    public required ChannelId[] AcceptedChannels { get; init; }

    /// <summary>Bytes served in this calendar month (UTC), by the units known here.</summary>
    [Id(8)]
    public ulong MonthBytesUsed { get; init; }

    /// <summary>What is left of the monthly cap; null without one.</summary>
    [Id(9)]
    public ulong? MonthBytesLeft { get; init; }
}
