namespace Tachyon.Grains;

/// <summary>What a provider sells, and the limits within which it confirms channels.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ProviderOffer")]
public sealed record ProviderOffer
{
    /// <summary>Where consumers connect: a host name or address and a port, as in "203.0.113.7:9301" or "[2001:db8::7]:9301".</summary>
    [Id(0)]
    public required string Endpoint { get; init; }

    /// <summary>The price offered, and the floor: channels below it are not confirmed. Base units per MB, above zero.</summary>
    [Id(1)]
    public required TokenAmount PricePerMB { get; init; }

    /// <summary>The highest tolerance accepted, in parts per million, 0 to 1,000,000.</summary>
    [Id(2)]
    public required uint ToleranceLimitPpm { get; init; }

    /// <summary>The smallest capacity accepted at opening, in bytes.</summary>
    [Id(3)]
    public ulong MinCapacityBytes { get; init; }

    /// <summary>The largest capacity accepted at opening, in bytes; 0 for no limit of its own.</summary>
    [Id(4)]
    public ulong MaxCapacityBytes { get; init; }

    /// <summary>How many channels it serves at once, 1 to <see cref="Protocol.ProtocolConstants.MaxActiveChannels"/>.</summary>
    [Id(5)]
    public required int Slots { get; init; }

    /// <summary>The most bytes that it serves on one channel, top-ups included; 0 for no cap.</summary>
    [Id(6)]
    public ulong ChannelCapBytes { get; init; }

    /// <summary>The most bytes that it serves in a calendar month (UTC) over all its channels; 0 for no cap.</summary>
    [Id(7)]
    public ulong MonthlyCapBytes { get; init; }
}
