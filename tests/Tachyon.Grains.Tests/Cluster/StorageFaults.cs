using Orleans.Storage;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Ways in which the cluster's storage fails on purpose, for the records of one state name.</summary>
internal sealed class StorageFaults
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, int> _writes = [];
    private readonly Dictionary<string, int> _reads = [];
    private string? _stateName;
    private int _failures;
    private bool _afterWriting;
    private Random? _everySecond;
    private bool _readsFail;
    private TaskCompletionSource? _gate;
    private volatile string? _corrupt;

    /// <summary>So many of the next writes fail before anything is written.</summary>
    public void FailBeforeWriting(string stateName, int count = 1) => Set(stateName, count, after: false);

    /// <summary>So many of the next writes are done, and then reported as failed.</summary>
    public void FailAfterWriting(string stateName, int count = 1) => Set(stateName, count, after: true);

    /// <summary>From now on every second write of a kind of record fails by chance, before anything is written or after it was.</summary>
    public void FailEverySecond(string kind, bool afterWriting, int seed)
    {
        // By chance, since a command that writes twice would have the same one of its writes fail however often it is tried.
        Set(kind, count: 0, afterWriting);
        _everySecond = new Random(seed);
    }

    /// <summary>The kinds of records that were written: state names without the numbers of those that a grain has many of.</summary>
    public string[] KindsWritten
    {
        get
        {
            lock (_sync)
            {
                return [.. _writes.Keys.Select(KindOf).Distinct()];
            }
        }
    }

    /// <summary>Where the sizes of what is written go; null, as at first, for nowhere.</summary>
    public WrittenSizes? Sizes { get; set; }

    /// <summary>The storage as the grains have it, for records that a test makes itself; null before the first silo uses it.</summary>
    public IGrainStorage? Storage { get; internal set; }

    /// <summary>How many writes failed on purpose.</summary>
    public int Failures { get; private set; }

    /// <summary>Reads of every record fail until called again with false.</summary>
    public void FailReads(bool fail) => _readsFail = fail;

    /// <summary>The records of one grain can be neither read nor written until called again with null.</summary>
    public void Corrupt(string? grainKey) => _corrupt = grainKey;

    /// <summary>Holds back all writes of a state until the handle is disposed.</summary>
    public IDisposable HoldWrites(string stateName)
    {
        lock (_sync)
        {
            _stateName = stateName;
            _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new Gate(this, _gate);
        }
    }

    /// <summary>How many writes of a state were begun.</summary>
    public int Writes(string stateName)
    {
        lock (_sync)
        {
            return _writes.GetValueOrDefault(stateName);
        }
    }

    /// <summary>How many reads of a state were begun: one for each activation, and one after each fault.</summary>
    public int Reads(string stateName)
    {
        lock (_sync)
        {
            return _reads.GetValueOrDefault(stateName);
        }
    }

    internal async Task AroundWrite(string stateName, Func<Task> write)
    {
        bool fails;
        bool after;
        Task gate;
        lock (_sync)
        {
            _writes[stateName] = _writes.GetValueOrDefault(stateName) + 1;
            bool concerned = _stateName == stateName;
            fails = (concerned && _failures > 0) || (KindOf(stateName) == _stateName && _everySecond?.Next(2) == 0);
            after = _afterWriting;
            _failures -= fails && _failures > 0 ? 1 : 0;
            Failures += fails ? 1 : 0;
            gate = concerned && _gate is not null ? _gate.Task : Task.CompletedTask;
        }

        await gate;
        if (fails && !after)
        {
            throw new IOException("the disk fails on purpose before the write");
        }

        await write();
        if (fails)
        {
            throw new IOException("the disk fails on purpose after the write");
        }
    }

    internal void BeforeAnything(string grainKey)
    {
        if (grainKey == _corrupt)
        {
            throw new IOException("the record is corrupt on purpose");
        }
    }

    internal void BeforeRead(string stateName)
    {
        lock (_sync)
        {
            _reads[stateName] = _reads.GetValueOrDefault(stateName) + 1;
        }

        if (_readsFail)
        {
            throw new IOException("the disk cannot be read on purpose");
        }
    }

    private static string KindOf(string stateName) => stateName.Split('-')[0];

    private void Set(string stateName, int count, bool after)
    {
        lock (_sync)
        {
            _stateName = stateName;
            _failures = count;
            _afterWriting = after;
        }
    }

    private sealed class Gate(StorageFaults faults, TaskCompletionSource opened) : IDisposable
    {
        public void Dispose()
        {
            lock (faults._sync)
            {
                // Not one that was closed since.
                faults._gate = faults._gate == opened ? null : faults._gate;
            }

            opened.TrySetResult();
        }
    }
}
