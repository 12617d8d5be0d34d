using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// The channels that a consumer went on without, because their provider was lost: kept to be taken up again, or to be closed
/// alone. Thread-safe.
/// </summary>
internal sealed class LostChannels(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelId, (ChannelRecord Channel, DateTimeOffset Since)> _lost = [];

    /// <summary>The lost channels.</summary>
    public IReadOnlySet<ChannelId> Ids
    {
        get
        {
            lock (_lock)
            {
                return _lost.Keys.ToHashSet();
            }
        }
    }

    /// <summary>Their providers: not to be matched while they are lost.</summary>
    public IReadOnlySet<Address> Providers
    {
        get
        {
            lock (_lock)
            {
                return _lost.Values.Select(lost => lost.Channel.Terms.Provider).ToHashSet();
            }
        }
    }

    public void Add(ChannelRecord channel)
    {
        lock (_lock)
        {
            _lost[channel.ChannelId] = (channel, time.GetUtcNow());
        }
    }

    /// <summary>Takes back the one lost longest that fits; its provider may be there again. Null when there is none.</summary>
    public ChannelRecord? TakeBack(Func<ChannelId, bool> fits)
    {
        lock (_lock)
        {
            var found = _lost.Values.Where(lost => fits(lost.Channel.ChannelId)).OrderBy(lost => lost.Since).FirstOrDefault();
            if (found.Channel is { } channel)
            {
                _lost.Remove(channel.ChannelId);
            }

            return found.Channel;
        }
    }

    /// <summary>Those lost for at least so long.</summary>
    public IReadOnlyList<ChannelId> LostFor(TimeSpan least)
    {
        lock (_lock)
        {
            return [.. _lost.Values.Where(lost => time.GetUtcNow() - lost.Since >= least).Select(lost => lost.Channel.ChannelId)];
        }
    }
}
