using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Tachyon.Grains.Telemetry;

namespace Tachyon.Grains.Storage;

/// <summary>
/// The only writer to a SQLite file in this process. Writes that wait while a transaction is being made durable share
/// the next one, so that the cost of the disk is paid per batch and not per write.
/// </summary>
/// <remarks>
/// A dedicated thread, because SQLite blocks. A write is answered only after the commit that holds it has returned,
/// which with synchronous=FULL means that it is on disk. There is no timer and no wait for company: an idle writer
/// commits a lone write at once.
/// </remarks>
internal sealed class SqliteGroupCommit : IDisposable
{
    private readonly BlockingCollection<PendingWrite> _queue = [];
    private readonly SqliteSession _session;
    private readonly int _maxBatch;
    private readonly Thread _thread;
    private int _disposed;

    /// <summary>Takes ownership of the session.</summary>
    internal SqliteGroupCommit(SqliteSession session, int maxBatch)
    {
        _session = session;
        _maxBatch = maxBatch;
        _thread = new Thread(Run) { IsBackground = true, Name = "tachyon-sqlite-writer" };
        _thread.Start();
    }

    /// <summary>How many transactions were committed.</summary>
    internal long Commits { get; private set; }

    /// <summary>
    /// Runs a write in the next transaction and completes once that is durable. The function must report expected
    /// refusals by its result; when it throws, what it did is undone and only its own caller fails.
    /// </summary>
    /// <exception cref="SqliteException">The transaction failed; after a failed commit the outcome is unknown.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> write)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var pending = new PendingWrite<T>(write);
        try
        {
            _queue.Add(pending);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(SqliteGroupCommit));
        }

        return pending.Task;
    }

    /// <summary>Finishes what waits and closes the session.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _queue.CompleteAdding();
            _thread.Join();
            _session.Dispose();
            _queue.Dispose();
        }
    }

    private void Run()
    {
        var batch = new List<PendingWrite>();
        foreach (PendingWrite first in _queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < _maxBatch && _queue.TryTake(out PendingWrite? next))
            {
                batch.Add(next);
            }

            CommitAll(batch);
            batch.Clear();
        }
    }

    private void CommitAll(List<PendingWrite> batch)
    {
        while (batch.Count > 0)
        {
            PendingWrite? culprit = null;
            long startedAt = Stopwatch.GetTimestamp();
            try
            {
                _session.Execute("BEGIN IMMEDIATE");
                foreach (PendingWrite write in batch)
                {
                    culprit = write;
                    write.Execute(_session);
                }

                culprit = null;
                _session.Execute("COMMIT");
                Commits++;
                StorageMeter.Committed(batch.Count, startedAt);
            }
#pragma warning disable CA1031 // Whatever a write or the disk throws belongs to the callers; the writer lives on.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Rollback();
                if (culprit is not null)
                {
                    // One bad write must not fail its neighbours: leave it out and run the others again.
                    StorageMeter.Failed(1);
                    culprit.Fail(fault);
                    batch.Remove(culprit);
                    continue;
                }

                StorageMeter.Failed(batch.Count);
                batch.ForEach(write => write.Fail(fault));
                return;
            }

            batch.ForEach(write => write.Acknowledge());
            return;
        }
    }

    private void Rollback()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back by itself, as it does when the disk is full or BEGIN failed.
        }
    }

    private abstract class PendingWrite
    {
        internal abstract void Execute(SqliteSession session);

        internal abstract void Acknowledge();

        internal abstract void Fail(Exception fault);
    }

    private sealed class PendingWrite<T>(Func<SqliteSession, T> write) : PendingWrite
    {
        // Continuations run elsewhere: the writer's thread must never run a grain's code.
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        internal Task<T> Task => _completion.Task;

        internal override void Execute(SqliteSession session) => _result = write(session);

        internal override void Acknowledge() => _completion.SetResult(_result!);

        internal override void Fail(Exception fault) => _completion.TrySetException(fault);
    }
}
