using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>
/// A journal in memory, of one node. What is appended becomes durable at once, or on demand, or never.
/// </summary>
internal sealed class MemoryUnitJournal : IUnitJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelId, object> _snapshots = [];
    private readonly Dictionary<ChannelId, List<LedgerRecord>> _records = [];
    private readonly Dictionary<ChannelId, SignedClosure> _peerClosures = [];
    private readonly Dictionary<ChannelId, Mark> _marks = [];
    private readonly List<(TaskCompletionSource Durable, Action Store)> _waiting = [];

    /// <summary>When set, nothing becomes durable before <see cref="Commit"/>.</summary>
    public bool Holds { get; set; }

    /// <summary>When set, counts outlive a crash beside the records.</summary>
    public bool Marks { get; set; }

    /// <summary>Channels with a mark.</summary>
    public int MarksTaken => _marks.Count;

    /// <summary>When set, every write fails.</summary>
    public bool Fails { get; set; }

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>What was durable when the process was killed: a journal for the next one.</summary>
    /// <param name="ofMachine">Whether the machine lost its power, and with it all counts but those in records.</param>
    public MemoryUnitJournal AfterCrash(bool ofMachine = false)
    {
        lock (_lock)
        {
            var survivor = new MemoryUnitJournal { Marks = Marks };
            foreach (var (id, mark) in _marks)
            {
                survivor._marks[id] = new Mark(survivor, id) { CountBytes = ofMachine ? 0 : mark.CountBytes, IsOutdated = ofMachine };
            }

            foreach (var (id, snapshot) in _snapshots)
            {
                survivor._snapshots[id] = snapshot;
            }

            foreach (var (id, records) in _records)
            {
                survivor._records[id] = [.. records];
            }

            foreach (var (id, closure) in _peerClosures)
            {
                survivor._peerClosures[id] = closure;
            }

            return survivor;
        }
    }

    /// <summary>The durable records of a channel since its newest snapshot.</summary>
    public IReadOnlyList<LedgerRecord> Records(ChannelId channelId)
    {
        lock (_lock)
        {
            return [.. RecordsOf(channelId)];
        }
    }

    /// <summary>Makes what waits durable, oldest first.</summary>
    public void Commit(int writes = int.MaxValue)
    {
        (TaskCompletionSource Durable, Action Store)[] waiting;
        lock (_lock)
        {
            waiting = [.. _waiting.Take(writes)];
            _waiting.RemoveRange(0, waiting.Length);
            foreach (var (_, store) in waiting)
            {
                store();
            }
        }

        foreach (var (durable, _) in waiting)
        {
            durable.SetResult();
        }
    }

    public ValueTask<StoredLedger<ConsumerState>> LoadConsumerAsync(ChannelId channelId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Load<ConsumerState>(channelId));

    public ValueTask<StoredLedger<ProviderState>> LoadProviderAsync(ChannelId channelId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Load<ProviderState>(channelId));

    public ValueTask AppendAsync(ChannelId channelId, LedgerRecord record, bool mayWait) => WriteAsync(() => RecordsOf(channelId).Add(record));

    public ICountMark? TakeMark(ChannelId channelId)
    {
        lock (_lock)
        {
            return !Marks ? null : _marks.TryGetValue(channelId, out var mark) ? mark : _marks[channelId] = new Mark(this, channelId);
        }
    }

    public ulong MarkedBytes(ChannelId channelId)
    {
        lock (_lock)
        {
            return _marks.TryGetValue(channelId, out var mark) ? mark.CountBytes : 0;
        }
    }

    public ValueTask SnapshotAsync(ChannelId channelId, ConsumerState state) => WriteAsync(() => Replace(channelId, state));

    public ValueTask SnapshotAsync(ChannelId channelId, ProviderState state) => WriteAsync(() => Replace(channelId, state));

    public ValueTask AppendPeerClosureAsync(ChannelId channelId, SignedClosure closure) => WriteAsync(() => _peerClosures[channelId] = closure);

    public ValueTask<SignedClosure?> LoadPeerClosureAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_peerClosures.GetValueOrDefault(channelId));
        }
    }

    private StoredLedger<TState> Load<TState>(ChannelId channelId)
        where TState : class
    {
        lock (_lock)
        {
            return new StoredLedger<TState>((TState?)_snapshots.GetValueOrDefault(channelId), [.. RecordsOf(channelId)]);
        }
    }

    private void Replace(ChannelId channelId, object state)
    {
        _snapshots[channelId] = state;
        RecordsOf(channelId).Clear();
    }

    private ValueTask WriteAsync(Action store)
    {
        lock (_lock)
        {
            if (Fails)
            {
                return ValueTask.FromException(new IOException("the disk is full"));
            }

            if (!Holds)
            {
                store();
                return ValueTask.CompletedTask;
            }

            var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((durable, store));
            return new ValueTask(durable.Task);
        }
    }

    private List<LedgerRecord> RecordsOf(ChannelId channelId) =>
        _records.TryGetValue(channelId, out var records) ? records : _records[channelId] = [];

    private sealed class Mark(MemoryUnitJournal journal, ChannelId channelId) : ICountMark
    {
        public ulong CountBytes { get; set; }

        public bool IsOutdated { get; init; }

        public void Release()
        {
            lock (journal._lock)
            {
                journal._marks.Remove(channelId);
            }
        }
    }
}
