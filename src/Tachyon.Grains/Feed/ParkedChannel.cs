namespace Tachyon.Grains.Feed;

/// <summary>
/// A channel that could not be told what the chain showed. Its logs are on the chain; what is kept is from where on it has to
/// be given them. Immutable.
/// </summary>
[GenerateSerializer, Immutable, Alias("tachyon.ParkedChannel")]
internal sealed record ParkedChannel
{
    private const ulong FirstRetryMs = 1_000;
    private const ulong LongestRetryMs = 300_000;
    private const int MaxDoublings = 12;

    [Id(0)]
    public required ChannelId ChannelId { get; init; }

    /// <summary>The first block whose logs it misses; null when its whole history has to be given anew.</summary>
    [Id(1)]
    public ulong? FromBlock { get; init; }

    /// <summary>How often it could not be told.</summary>
    [Id(2)]
    public required int Attempts { get; init; }

    /// <summary>Unix milliseconds.</summary>
    [Id(3)]
    public required ulong SinceMs { get; init; }

    /// <summary>Unix milliseconds.</summary>
    [Id(4)]
    public required ulong NextTryMs { get; init; }

    [Id(5)]
    public required string Error { get; init; }

    internal static ParkedChannel First(ChannelId channel, ulong? fromBlock, string error, ulong nowMs) => new()
    {
        ChannelId = channel,
        FromBlock = fromBlock,
        Attempts = 1,
        SinceMs = nowMs,
        NextTryMs = nowMs + FirstRetryMs,
        Error = error,
    };

    internal ParkedChannel Again(string error, ulong nowMs) => this with
    {
        Attempts = Attempts + 1,
        NextTryMs = nowMs + Math.Min(LongestRetryMs, FirstRetryMs << Math.Min(Attempts, MaxDoublings)),
        Error = error,
    };
}
