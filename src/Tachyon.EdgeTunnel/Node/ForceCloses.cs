using System.Collections.Concurrent;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>The channels that this node closes alone: durable first, then in memory. Thread-safe.</summary>
internal sealed class ForceCloses
{
    private readonly EdgeJournal _journal;
    private readonly ConcurrentDictionary<ChannelId, ForceCloseRecord> _closes;

    public ForceCloses(EdgeJournal journal)
    {
        ArgumentNullException.ThrowIfNull(journal);
        _journal = journal;
        _closes = new(journal.ForceCloses.Load().Select(close => KeyValuePair.Create(close.ChannelId, close)));
    }

    /// <summary>Whether this node serves and signs no more on the channel because it closes it alone.</summary>
    public bool IsWanted(ChannelId channelId) => _closes.ContainsKey(channelId);

    public ForceCloseRecord? Find(ChannelId channelId) => _closes.GetValueOrDefault(channelId);

    /// <summary>Adds or replaces. Durable on return.</summary>
    public async Task SaveAsync(ForceCloseRecord close)
    {
        ArgumentNullException.ThrowIfNull(close);
        await _journal.ForceCloses.SaveAsync(close);
        _closes[close.ChannelId] = close;
    }
}
