using System.Collections.Immutable;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// The channels that this node is a party of: durable first, then in memory. Only <see cref="ChainWatcher"/> moves a
/// channel on along its life, by what it saw on the node's own RPC endpoint.
/// </summary>
/// <remarks>Thread-safe. Readers see immutable snapshots; writers take turns.</remarks>
internal sealed class ChannelBook : IDisposable
{
    private readonly EdgeJournal _journal;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Contents _contents;
    private TaskCompletionSource _changed = NewSignal();

    public ChannelBook(EdgeJournal journal)
    {
        ArgumentNullException.ThrowIfNull(journal);
        _journal = journal;
        _contents = new Contents(
            journal.Channels.Load().ToImmutableDictionary(channel => channel.ChannelId),
            journal.Settlements.Load().ToImmutableDictionary(settlement => settlement.ChannelId),
            []);
    }

    /// <summary>All channels, oldest first.</summary>
    public IReadOnlyList<ChannelRecord> All =>
        [.. _contents.Channels.Values.OrderBy(channel => channel.KnownAtMs).ThenBy(channel => channel.ChannelId)];

    /// <summary>Completes at the next change.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public ChannelRecord? Find(ChannelId channelId) => _contents.Channels.GetValueOrDefault(channelId);

    public SettlementRecord? FindSettlement(ChannelId channelId) => _contents.Settlements.GetValueOrDefault(channelId);

    /// <summary>
    /// Whether the newest block shows the channel ending, although that is not final yet. Nothing more is served or
    /// signed on such a channel: whoever started to close counts on what was signed until then.
    /// </summary>
    public bool IsSeenEnding(ChannelId channelId) => _contents.SeenEnding.Contains(channelId);

    /// <summary>Adds a channel, or replaces what is known of it. Durable on return.</summary>
    public async Task SaveAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Find(channel.ChannelId) == channel)
            {
                return;
            }

            await _journal.Channels.SaveAsync(channel);
            Set(_contents with { Channels = _contents.Channels.SetItem(channel.ChannelId, channel) });
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Changes what is known of one channel, seeing the newest. Durable on return.</summary>
    public async Task UpdateAsync(ChannelId channelId, Func<ChannelRecord, ChannelRecord> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Find(channelId) is { } before && change(before) is { } after && before != after)
            {
                await _journal.Channels.SaveAsync(after);
                Set(_contents with { Channels = _contents.Channels.SetItem(channelId, after) });
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Keeps how a channel ended. Durable on return.</summary>
    public async Task SaveSettlementAsync(SettlementRecord settlement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _journal.Settlements.SaveAsync(settlement);
            Set(_contents with { Settlements = _contents.Settlements.SetItem(settlement.ChannelId, settlement) });
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Replaces the set of channels that the blocks after the final one show ending.</summary>
    public void SetSeenEnding(ImmutableHashSet<ChannelId> channels)
    {
        _turn.Wait();
        try
        {
            if (!_contents.SeenEnding.SetEquals(channels))
            {
                Set(_contents with { SeenEnding = channels });
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until a channel fits; returns it as it was then.</summary>
    public async Task<ChannelRecord> WaitAsync(ChannelId channelId, Func<ChannelRecord, bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Changed;
            if (Find(channelId) is { } channel && fits(channel))
            {
                return channel;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _turn.Dispose();

    private void Set(Contents contents)
    {
        _contents = contents;
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Contents(
        ImmutableDictionary<ChannelId, ChannelRecord> Channels,
        ImmutableDictionary<ChannelId, SettlementRecord> Settlements,
        ImmutableHashSet<ChannelId> SeenEnding);
}
