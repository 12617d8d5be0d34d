using Microsoft.Data.Sqlite;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// The journal's one writer: a thread that commits everything that waits in one transaction, so that many channels
/// share one sync to disk.
/// </summary>
/// <remarks>
/// Thread-safe. Writes are applied in the order of <see cref="WriteAsync"/>. The first failure breaks the writer for
/// good: what of that batch is on disk is unknown, and a caller that went on could sign below what it signed before.
/// </remarks>
internal sealed class JournalWriter : IAsyncDisposable
{
    private readonly string _path;
    private readonly JournalStatements _statements;
    private readonly Thread _thread;
    private readonly TaskCompletionSource<JournalBrokenException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The most that a write which may wait waits for one that cannot.
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(100);

    // Guards what waits for the next commit (the thread swaps the list with an empty one) and the flags.
    private readonly Lock _gate = new();

    // Without spinning: between two commits lies more time than a switch takes, and who spins takes it from the traffic.
    private readonly ManualResetEventSlim _work = new(initialState: false, spinCount: 0);
    private List<JournalWrite> _waiting = [];
    private bool _hurry;
    private bool _asleep;
    private bool _wasQuiet;
    private bool _closing;

    public JournalWriter(string path, SqliteConnection connection)
    {
        _path = path;
        _statements = new JournalStatements(connection);
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
    }

    /// <summary>Completes, with the fault, once a write has failed; never otherwise.</summary>
    public Task<JournalBrokenException> Broken => _broken.Task;

    /// <summary>Completes when <paramref name="write"/> is durable.</summary>
    /// <param name="write">The change.</param>
    /// <param name="mayWait">Whether it may ride with a later write that cannot wait, for a tenth of a second at most.</param>
    /// <exception cref="JournalBrokenException">This write or an earlier one failed.</exception>
    /// <exception cref="ObjectDisposedException">The journal is closed.</exception>
    public ValueTask WriteAsync(JournalWrite write, bool mayWait = false)
    {
        ArgumentNullException.ThrowIfNull(write);
        lock (_gate)
        {
            if (_closing)
            {
                // In the task, as every failure: a caller's timer must not be the one to find out.
                return ValueTask.FromException(new ObjectDisposedException(nameof(JournalWriter)));
            }

            if (_broken.Task.IsCompleted)
            {
                return ValueTask.FromException(_broken.Task.Result);
            }

            _waiting.Add(write);
            _hurry |= !mayWait;
            if (_hurry || _asleep)
            {
                _work.Set();
            }
        }

        return write.Durable;
    }

    /// <summary>Commits what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing = true;
            _work.Set();
        }

        await _ended.Task;
        _work.Dispose();
    }

    private void Run()
    {
        var batch = new List<JournalWrite>();
        while (true)
        {
            if (!WaitForWork())
            {
                continue;
            }

            lock (_gate)
            {
                (batch, _waiting) = (_waiting, batch);
                _hurry = false;
                if (batch.Count == 0)
                {
                    // Nothing waits, so the journal is closing and nothing more may come.
                    break;
                }
            }

            Commit(batch);
            batch.Clear();
        }

        _statements.Dispose();
        _ended.SetResult();
    }

    // Whether to commit now. Where writes that may wait are all there is, they wait until the time is up.
    private bool WaitForWork()
    {
        bool isAsleep;
        lock (_gate)
        {
            if (_hurry || _closing)
            {
                return true;
            }

            _work.Reset();
            isAsleep = _asleep = _wasQuiet && _waiting.Count == 0;
        }

        var isWoken = _work.Wait(isAsleep ? Timeout.InfiniteTimeSpan : MostWait);
        lock (_gate)
        {
            _asleep = false;
            _wasQuiet = !isWoken && _waiting.Count == 0;
            _hurry |= !isWoken && _waiting.Count > 0;
        }

        return false;
    }

    private void Commit(List<JournalWrite> batch)
    {
        if (_broken.Task.IsCompleted)
        {
            Refuse(batch, _broken.Task.Result);
            return;
        }

        try
        {
            _statements.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                write.Apply(_statements);
            }

            _statements.Execute("COMMIT");
        }
        catch (Exception fault)
        {
            var broken = new JournalBrokenException(_path, fault);
            lock (_gate)
            {
                _broken.SetResult(broken);
            }

            TryRollBack();
            Refuse(batch, broken);
            return;
        }

        foreach (var write in batch)
        {
            write.Complete();
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

    private static void Refuse(List<JournalWrite> batch, JournalBrokenException broken)
    {
        foreach (var write in batch)
        {
            write.Fail(broken);
        }
    }
}
