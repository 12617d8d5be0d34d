using Microsoft.Data.Sqlite;
using Tachyon.EdgeTunnel.Journal.Log;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// The journal's one writer: everything that waits shares a sync to disk, be it the tables' or the log's.
/// </summary>
/// <remarks>
/// <code>
///   entries ──┬──▶ log      durable at once; its own thread
///             └──▶ tables   later, many in one transaction
///   others ──────▶ tables   in one order with the entries; durable with the commit
/// </code>
/// <para>Writes are applied to the tables in the order in which they were handed over. An entry that follows a write of its own
/// ledger's which only the tables take goes to the tables with it, so that nothing is durable before what it rests on.</para>
/// <para>Thread-safe. The first failure breaks the writer for good: what of that batch is on disk is unknown, and a caller that
/// went on could sign below what it signed before.</para>
/// </remarks>
internal sealed class JournalWriter : IAsyncDisposable
{
    // Entries that the tables take at once: few enough for a commit of some milliseconds, and a fraction of the log.
    private const int EntriesPerCommit = 128;

    private static readonly TimeSpan MostWaitForTables = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly JournalStatements _statements;
    private readonly LogWriter _log;
    private readonly BatchSignal _signal = new(MostWaitForTables);
    private readonly TaskCompletionSource<JournalBrokenException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards what waits for the next commit (the thread swaps the list with an empty one), the numbers and the flags.
    private readonly Lock _gate = new();
    private List<JournalWrite> _waiting = [];
    private ulong _newestEntry;
    private int _entriesWaiting;
    private int _barriers;
    private bool _closing;

    /// <summary>A writer to the tables behind <paramref name="connection"/> and the log in front of them. Both are its own from now on.</summary>
    public JournalWriter(string path, SqliteConnection connection, RecordLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _path = path;
        _statements = new JournalStatements(connection);
        _newestEntry = log.NewestEntry;
        _log = new LogWriter(log, this);
        new Thread(Run) { IsBackground = true, Name = "journal tables" }.Start();
    }

    /// <summary>Completes, with the fault, once a write has failed; never otherwise.</summary>
    public Task<JournalBrokenException> Broken => _broken.Task;

    /// <summary>Completes when <paramref name="write"/> is durable in the tables.</summary>
    /// <param name="write">The change.</param>
    /// <param name="mayWait">Whether it may ride with a later write that cannot wait, for a second at most.</param>
    /// <exception cref="JournalBrokenException">This write or an earlier one failed.</exception>
    /// <exception cref="ObjectDisposedException">The journal is closed.</exception>
    public ValueTask WriteAsync(JournalWrite write, bool mayWait = false)
    {
        ArgumentNullException.ThrowIfNull(write);
        lock (_gate)
        {
            if (Refusal() is { } refusal)
            {
                return ValueTask.FromException(refusal);
            }

            _barriers += write.IsBarrier ? 1 : 0;
            _waiting.Add(write);
        }

        _signal.Ask(isUrgent: !mayWait);
        return write.Durable;
    }

    /// <summary>Completes when <paramref name="entry"/> is durable, in the log or in the tables.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="mayWait">Whether it may ride with a later one that cannot wait, for a tenth of a second at most.</param>
    /// <exception cref="JournalBrokenException">This write or an earlier one failed.</exception>
    /// <exception cref="ObjectDisposedException">The journal is closed.</exception>
    public ValueTask AppendAsync(LogEntry entry, bool mayWait = false)
    {
        ArgumentNullException.ThrowIfNull(entry);
        bool isLogged;
        bool isUrgent;
        lock (_gate)
        {
            if (Refusal() is { } refusal)
            {
                return ValueTask.FromException(refusal);
            }

            isLogged = _barriers == 0 && entry.Record.Length <= LogSlot.MostRecordBytes;
            _waiting.Add(entry);
            if (isLogged)
            {
                entry.Number = ++_newestEntry;
                isUrgent = ++_entriesWaiting == EntriesPerCommit;
                _log.Add(entry);
            }
            else
            {
                // What follows it must not overtake it either.
                entry.IsBarrier = true;
                _barriers++;
                isUrgent = true;
            }
        }

        if (isLogged)
        {
            _log.Ask(isUrgent: !mayWait);
        }

        _signal.Ask(isUrgent);
        return entry.Durable;
    }

    /// <summary>Commits what waits and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing = true;
        }

        // The tables take with their last commit what the log has not got yet.
        _signal.Ask(isUrgent: true);
        await _ended.Task;
        _signal.Dispose();
        await _log.DisposeAsync();
    }

    /// <summary>The tables take what waits now, since the log has no room.</summary>
    internal void Hurry() => _signal.Ask(isUrgent: true);

    /// <summary>A write failed: nothing is written any more.</summary>
    internal JournalBrokenException Break(Exception fault)
    {
        lock (_gate)
        {
            _broken.TrySetResult(new JournalBrokenException(_path, fault));
        }

        _signal.Ask(isUrgent: true);
        return _broken.Task.Result;
    }

    // In the task, as every failure: a caller's timer must not be the one to find out.
    private Exception? Refusal() =>
        _closing ? new ObjectDisposedException(nameof(JournalWriter)) : _broken.Task.IsCompleted ? _broken.Task.Result : null;

    private void Run()
    {
        var batch = new List<JournalWrite>();
        var isLast = false;
        while (!isLast)
        {
            _signal.Wait();
            lock (_gate)
            {
                (batch, _waiting) = (_waiting, batch);
                _entriesWaiting = 0;
                isLast = _closing;
            }

            if (batch.Count > 0)
            {
                Commit(batch);
                batch.Clear();
            }
        }

        _statements.Dispose();
        _ended.SetResult();
    }

    private void Commit(List<JournalWrite> batch)
    {
        if (_broken.Task.IsCompleted)
        {
            Refuse(batch, _broken.Task.Result);
            return;
        }

        var newestEntry = 0ul;
        try
        {
            _statements.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                write.Apply(_statements);
                newestEntry = write is LogEntry { Number: > 0 and var number } ? number : newestEntry;
            }

            if (newestEntry > 0)
            {
                LogPosition.Save(_statements, newestEntry);
            }

            _statements.Execute("COMMIT");
        }
        catch (Exception fault)
        {
            TryRollBack();
            Refuse(batch, Break(fault));
            return;
        }

        if (newestEntry > 0)
        {
            _log.Stored(newestEntry);
        }

        LiftBarriers(batch);
        foreach (var write in batch)
        {
            write.Complete();
        }
    }

    private void LiftBarriers(List<JournalWrite> batch)
    {
        var barriers = batch.Count(write => write.IsBarrier);
        if (barriers > 0)
        {
            lock (_gate)
            {
                _barriers -= barriers;
            }
        }
    }

    private void TryRollBack()
    {
        try
        {
            _statements.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // Nothing was begun, or the file is gone: the fault that led here is the one to report.
        }
    }

    private void Refuse(List<JournalWrite> batch, JournalBrokenException broken)
    {
        // The log's thread may be waiting for the tables.
        _log.Stop();
        foreach (var write in batch)
        {
            write.Fail(broken);
        }
    }
}
