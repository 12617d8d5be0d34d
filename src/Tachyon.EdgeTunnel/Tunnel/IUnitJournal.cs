using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Makes durable what the unit engines decide.</summary>
/// <remarks>
/// Thread safe. Appending never waits in the call itself: it takes the record, in the order of the calls per channel, and
/// completes once it is durable, best together with others. A failure is an exception, after which that channel's engine
/// is given up and loaded anew.
/// </remarks>
internal interface IUnitJournal
{
    /// <summary>What was stored of a channel at its consumer: the newest snapshot, and the records since in their order.</summary>
    ValueTask<StoredLedger<ConsumerState>> LoadConsumerAsync(ChannelId channelId, CancellationToken cancellationToken);

    /// <summary>What was stored of a channel at its provider.</summary>
    ValueTask<StoredLedger<ProviderState>> LoadProviderAsync(ChannelId channelId, CancellationToken cancellationToken);

    /// <summary>Appends a record. Nothing that was signed with it leaves the node before this completes.</summary>
    /// <param name="channelId">The channel.</param>
    /// <param name="record">The record.</param>
    /// <param name="mayWait">Whether nothing leaves the node on it, so that it may ride with the next record that cannot wait.</param>
    ValueTask AppendAsync(ChannelId channelId, LedgerRecord record, bool mayWait = false);

    /// <summary>The channel's mark, with the count that a killed process left there; null where there is none to be had.</summary>
    ICountMark? TakeMark(ChannelId channelId);

    /// <summary>The count in the channel's mark, which stays where it is; zero where there is none.</summary>
    ulong MarkedBytes(ChannelId channelId);

    /// <summary>Stores a state that contains all records so far, which are no longer needed for loading.</summary>
    ValueTask SnapshotAsync(ChannelId channelId, ConsumerState state);

    /// <summary>Stores a state that contains all records so far, which are no longer needed for loading.</summary>
    ValueTask SnapshotAsync(ChannelId channelId, ProviderState state);

    /// <summary>Stores the other side's closure, which together with the own one settles the channel.</summary>
    ValueTask AppendPeerClosureAsync(ChannelId channelId, SignedClosure closure);

    /// <summary>The other side's closure, or null.</summary>
    ValueTask<SignedClosure?> LoadPeerClosureAsync(ChannelId channelId, CancellationToken cancellationToken);
}

/// <summary>A ledger as it was stored.</summary>
/// <param name="Snapshot">The newest snapshot; null when there is none.</param>
/// <param name="Records">The records since, oldest first.</param>
internal sealed record StoredLedger<TState>(TState? Snapshot, IReadOnlyList<LedgerRecord> Records)
    where TState : class
{
    public static StoredLedger<TState> Empty { get; } = new(null, []);
}
