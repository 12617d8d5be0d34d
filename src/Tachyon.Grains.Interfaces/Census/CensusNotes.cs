namespace Tachyon.Grains;

/// <summary>Channels that a person may want to look at; of each kind a limited number.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.CensusNotes")]
public sealed record CensusNotes
{
    /// <summary>The most channels of each kind.</summary>
    public const int MaxOfEach = 100;

    /// <summary>Nothing noted.</summary>
    public static CensusNotes Empty { get; } = new();

    /// <summary>Not over, and the counts differ by more than the tolerance allows.</summary>
    [Id(0)]
    public ChannelView[] Disputed { get; init; } = [];

    /// <summary>Over, and something was burned; or a party contradicted itself.</summary>
    [Id(1)]
    public ChannelView[] Ended { get; init; } = [];

    /// <summary>Those with a deadline on chain, the nearest first.</summary>
    [Id(2)]
    public ChannelView[] Soonest { get; init; } = [];
}
