namespace Tachyon.Grains.Deadlines;

/// <summary>When each channel is to be called next, soonest first.</summary>
internal sealed class DeadlineQueue
{
    private readonly SortedSet<(DateTimeOffset At, ChannelId Channel)> _order = [];
    private readonly Dictionary<ChannelId, DateTimeOffset> _at = [];

    /// <summary>The soonest call; null when there is none.</summary>
    internal DateTimeOffset? Next => _order.Count == 0 ? null : _order.Min.At;

    /// <summary>Sets when the channel is called, or null for never.</summary>
    internal void Set(ChannelId channel, DateTimeOffset? at)
    {
        if (_at.Remove(channel, out DateTimeOffset before))
        {
            _order.Remove((before, channel));
        }

        if (at is { } time)
        {
            _at[channel] = time;
            _order.Add((time, channel));
        }
    }

    /// <summary>The channels that are due, at most so many.</summary>
    internal ChannelId[] Due(DateTimeOffset now, int most) =>
        [.. _order.TakeWhile(call => call.At <= now).Take(most).Select(call => call.Channel)];
}
