namespace Tachyon.Grains.Deadlines;

/// <summary>Some of a shard's deadlines, of any times, in a record of their own. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.DeadlinePage")]
internal sealed record DeadlinePage
{
    /// <summary>The most deadlines of a page: what one change rewrites, some 3 KB.</summary>
    internal const int MaxDeadlines = 64;

    [Id(0)]
    public Deadline[] Deadlines { get; init; } = [];

    /// <summary>The page with the channel's deadline set, or taken off.</summary>
    internal DeadlinePage With(ChannelId channel, ulong? dueAtSeconds)
    {
        IEnumerable<Deadline> others = Deadlines.Where(deadline => deadline.ChannelId != channel);
        return dueAtSeconds is { } due
            ? new DeadlinePage { Deadlines = [.. others, new Deadline { ChannelId = channel, DueAtSeconds = due }] }
            : new DeadlinePage { Deadlines = [.. others] };
    }
}
