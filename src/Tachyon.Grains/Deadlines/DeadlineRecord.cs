namespace Tachyon.Grains.Deadlines;

/// <summary>What a deadline shard stores. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.DeadlineRecord")]
internal sealed record DeadlineRecord
{
    [Id(0)]
    public Deadline[] Deadlines { get; init; } = [];

    /// <summary>True when the channel has a deadline here.</summary>
    internal bool Holds(ChannelId channel) => Deadlines.Any(deadline => deadline.ChannelId == channel);

    /// <summary>The record with the channel's deadline set, or taken off.</summary>
    internal DeadlineRecord With(ChannelId channel, ulong? dueAtSeconds)
    {
        IEnumerable<Deadline> others = Deadlines.Where(deadline => deadline.ChannelId != channel);
        return dueAtSeconds is { } due
            ? new DeadlineRecord { Deadlines = [.. others, new Deadline { ChannelId = channel, DueAtSeconds = due }] }
            : new DeadlineRecord { Deadlines = [.. others] };
    }
}
