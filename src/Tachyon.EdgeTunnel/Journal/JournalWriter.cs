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

    // Guards what waits for the next commit (the thread swaps the list with an empty one) and the two flags of the end.
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _work = new();
    private List<JournalWrite> _waiting = [];
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
    /// <exception cref="JournalBrokenException">This write or an earlier one failed.</exception>
    /// <exception cref="ObjectDisposedException">The journal is closed.</exception>
    public ValueTask WriteAsync(JournalWrite write)
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
            _work.Set();
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
            _work.Wait();
            lock (_gate)
            {
                (batch, _waiting) = (_waiting, batch);
                _work.Reset();
                if (batch.Count == 0)
                {
                    // Woken with nothing to do: only closing does that.
                    break;
                }

                if (_closing)
                {
                    _work.Set();
                }
            }

            Commit(batch);
            batch.Clear();
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
