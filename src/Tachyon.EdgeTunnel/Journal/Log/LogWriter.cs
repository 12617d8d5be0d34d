using System.Diagnostics;

namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>
/// Appends what waits in one write, so that many channels share one sync to disk: on the log's own thread, or on a caller's that waits
/// for it anyway (<see cref="WritingTurn"/>).
/// </summary>
/// <remarks>Thread-safe. The owner adds entries in the order of their numbers.</remarks>
internal sealed class LogWriter : IAsyncDisposable
{
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(100);

    // A disk that takes longer is the log's thread's to wait for: callers have other work.
    private static readonly TimeSpan MostForCallers = TimeSpan.FromMilliseconds(2);

    private readonly RecordLog _log;
    private readonly JournalWriter _owner;
    private readonly BatchSignal _signal = new(MostWait);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Held by whoever writes; taken before the gate.
    private readonly Lock _writing = new();
    private List<LogEntry> _batch = [];
    private volatile bool _isSlow;

    // Guards what waits for the next write, and what the tables have.
    private readonly object _gate = new();
    private List<LogEntry> _waiting = [];
    private ulong _storedEntry;
    private bool _stopped;

    public LogWriter(RecordLog log, JournalWriter owner)
    {
        _log = log;
        _owner = owner;
        new Thread(Run) { IsBackground = true, Name = "journal log" }.Start();
    }

    /// <summary>Takes an entry; <see cref="Ask"/> follows.</summary>
    public void Add(LogEntry entry)
    {
        lock (_gate)
        {
            _waiting.Add(entry);
        }
    }

    /// <summary>There is something to write.</summary>
    public void Ask(bool isUrgent)
    {
        if (!isUrgent || !WritingTurn.Takes(this))
        {
            _signal.Ask(isUrgent);
        }
    }

    /// <summary>Writes what waits on this thread, unless another is writing just now or the disk is slow: the log's thread does it then.</summary>
    public void WriteHere()
    {
        if (_isSlow || !_writing.TryEnter())
        {
            _signal.Ask(isUrgent: true);
            return;
        }

        try
        {
            WriteBatch();
        }
        finally
        {
            _writing.Exit();
        }
    }

    /// <summary>The tables hold everything up to this entry.</summary>
    public void Stored(ulong entry)
    {
        _log.Stored(entry);
        lock (_gate)
        {
            _storedEntry = entry;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Nothing is written any more: the writer is closing or broken, and answers for what waits.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        _signal.Ask(isUrgent: true);
    }

    /// <summary>Ends the thread and closes the file. By now the tables hold everything.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await _ended.Task;
        _signal.Dispose();
        lock (_writing)
        {
            _log.Dispose();
        }
    }

    private void Run()
    {
        while (true)
        {
            _signal.Wait();
            lock (_writing)
            {
                if (!WriteBatch())
                {
                    break;
                }
            }
        }

        _ended.SetResult();
    }

    // False when nothing is written any more. With the right to write.
    private bool WriteBatch()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return false;
            }

            (_batch, _waiting) = (_waiting, _batch);
        }

        var startedAt = Stopwatch.GetTimestamp();
        if (!TryWrite(_batch))
        {
            // What of it is on disk is unknown: whoever comes next must not write behind it.
            Stop();
            return false;
        }

        _isSlow = _batch.Count > 0 && Stopwatch.GetElapsedTime(startedAt) > MostForCallers;
        _batch.Clear();
        return true;
    }

    private bool TryWrite(List<LogEntry> batch)
    {
        for (var from = 0; from < batch.Count;)
        {
            int count;
            try
            {
                count = _log.Append(batch, from);
            }
            catch (Exception fault)
            {
                Fail(batch, from, fault);
                return false;
            }

            if (count == 0)
            {
                // The tables lag behind by the whole log. They have what waits here too.
                _owner.Hurry();
                if (!WaitUntilStored(batch[^1].Number))
                {
                    return false;
                }

                return true;
            }

            for (var end = from + count; from < end; from++)
            {
                batch[from].Complete();
            }
        }

        return true;
    }

    private bool WaitUntilStored(ulong entry)
    {
        lock (_gate)
        {
            while (_storedEntry < entry && !_stopped)
            {
                Monitor.Wait(_gate);
            }

            return !_stopped;
        }
    }

    private void Fail(List<LogEntry> batch, int from, Exception fault)
    {
        var broken = _owner.Break(fault);
        for (; from < batch.Count; from++)
        {
            batch[from].Fail(broken);
        }
    }
}
