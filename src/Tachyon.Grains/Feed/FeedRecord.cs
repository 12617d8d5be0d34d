namespace Tachyon.Grains.Feed;

/// <summary>What the chain feed stores. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.FeedRecord")]
internal sealed record FeedRecord
{
    /// <summary>The most checkpoints kept. A re-organisation that reaches behind them all is followed from the deployment on.</summary>
    internal const int MaxCheckpoints = 128;

    /// <summary>The ends of the ranges of blocks that were read, oldest first; the last is the cursor.</summary>
    [Id(0)]
    public FeedCheckpoint[] Checkpoints { get; init; } = [];

    /// <summary>Channels that a re-organisation touched and that still have to be given their new history.</summary>
    [Id(1)]
    public ChannelId[] Rewritten { get; init; } = [];

    /// <summary>The cursor; null before the first read.</summary>
    internal FeedCheckpoint? Cursor => Checkpoints.Length == 0 ? null : Checkpoints[^1];

    /// <summary>The record after another range was delivered.</summary>
    internal FeedRecord Advance(FeedCheckpoint checkpoint)
    {
        IEnumerable<FeedCheckpoint> kept = Checkpoints.Length < MaxCheckpoints ? Checkpoints : Checkpoints.Skip(Checkpoints.Length - MaxCheckpoints + 1);
        return this with { Checkpoints = [.. kept, checkpoint] };
    }

    /// <summary>The record with the cursor set back by so many checkpoints, and their channels marked.</summary>
    internal FeedRecord Rewind(int checkpoints) => this with
    {
        Checkpoints = Checkpoints[..^checkpoints],
        Rewritten = [.. Rewritten.Concat(Checkpoints[^checkpoints..].SelectMany(undone => undone.Channels)).Distinct()],
    };
}
