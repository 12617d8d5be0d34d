namespace Tachyon.Grains.Feed;

/// <summary>What the chain feed stores. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.FeedRecord")]
internal sealed record FeedRecord
{
    /// <summary>The most checkpoints kept. A re-organisation that reaches behind them all halts the feed.</summary>
    internal const int MaxCheckpoints = 128;

    /// <summary>The most channels named by checkpoints, as all are written with every step. The two newest are always kept.</summary>
    internal const int MaxNamed = 10_000;

    /// <summary>The ends of the ranges of blocks that were read, oldest first; the last is the cursor.</summary>
    [Id(0)]
    public FeedCheckpoint[] Checkpoints { get; init; } = [];

    /// <summary>Channels that a re-organisation touched and that still have to be given their new history.</summary>
    [Id(1)]
    public ChannelId[] Rewritten { get; init; } = [];

    /// <summary>Channels that could not be told; tried again until they can be.</summary>
    [Id(2)]
    public ParkedChannel[] Parked { get; init; } = [];

    /// <summary>True once older checkpoints were dropped, so that those kept do not reach back to the deployment.</summary>
    [Id(3)]
    public bool IsTrimmed { get; init; }

    /// <summary>The cursor; null before the first read.</summary>
    internal FeedCheckpoint? Cursor => Checkpoints.Length == 0 ? null : Checkpoints[^1];

    /// <summary>The record after another range was read, with those of its channels that could not be told.</summary>
    internal FeedRecord Advance(FeedCheckpoint checkpoint, IEnumerable<ParkedChannel> parked)
    {
        List<FeedCheckpoint> kept = [.. Checkpoints, checkpoint];
        int named = kept.Sum(one => one.Channels.Length);
        bool trimmed = IsTrimmed;
        while (kept.Count > MaxCheckpoints || (named > MaxNamed && kept.Count > 2))
        {
            named -= kept[0].Channels.Length;
            kept.RemoveAt(0);
            trimmed = true;
        }

        return this with { Checkpoints = [.. kept], IsTrimmed = trimmed, Parked = [.. Parked, .. parked] };
    }

    /// <summary>The record with the cursor set back by so many checkpoints, and their channels marked.</summary>
    internal FeedRecord Rewind(int checkpoints)
    {
        ChannelId[] rewritten = [.. Rewritten.Concat(Checkpoints[^checkpoints..].SelectMany(undone => undone.Channels)).Distinct()];
        return this with
        {
            Checkpoints = Checkpoints[..^checkpoints],
            Rewritten = rewritten,

            // Those are given their whole history in any case, and parked again if that fails.
            Parked = [.. Parked.ExceptBy(rewritten, parked => parked.ChannelId)],
        };
    }
}
