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
/// which with synchronous=FULL means that it is on disk. A batch is handed over as a whole in both directions: there is
/// one lock for each write that comes, and one item of work in the pool for all that are answered.
/// <para>A lone write is committed at once. Only after a transaction that many shared does the next one wait for company,
/// until a given time has passed since that one began: a disk that is quicker than that would have the processor
/// pay for transactions that few share.</para>
/// </remarks>
internal sealed class SqliteGroupCommit : IDisposable
{
    /// <summary>A transaction of so many writes has the next one wait for company.</summary>
    internal const int Many = 16;

    private readonly object _lock = new();
    private readonly SqliteSession _session;
    private readonly int _maxBatch;
    private readonly TimeSpan _gathering;
    private readonly Thread _thread;
    private List<SqliteWrite> _waiting = [];
    private bool _isIdle;
    private bool _isClosed;
    private long _startedAt;
    private bool _wasShared;

    /// <summary>Takes ownership of the session.</summary>
    /// <param name="session">The connection that writes.</param>
    /// <param name="maxBatch">See <see cref="SqliteGrainStorageOptions.MaxBatch"/>.</param>
    /// <param name="gathering">See <see cref="SqliteGrainStorageOptions.Gathering"/>.</param>
    internal SqliteGroupCommit(SqliteSession session, int maxBatch, TimeSpan gathering)
    {
        _session = session;
        _maxBatch = maxBatch;
        _gathering = gathering;
        _thread = new Thread(Run) { IsBackground = true, Name = "tachyon-sqlite-writer" };
        _thread.Start();
    }

    /// <summary>How many transactions were committed.</summary>
    internal long Commits { get; private set; }

    /// <summary>Takes a write for the next transaction.</summary>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    internal void Add(SqliteWrite write)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _waiting.Add(write);
            if (_isIdle || _waiting.Count == _maxBatch)
            {
                _isIdle = false;
                Monitor.Pulse(_lock);
            }
        }
    }

    /// <summary>Finishes what waits and closes the session.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            Monitor.Pulse(_lock);
        }

        _thread.Join();
        _session.Dispose();
    }

    private void Run()
    {
        while (Take() is { } batch)
        {
            CommitAll(batch);
        }
    }

    /// <summary>The next batch, waiting for one if need be; null once the writer is closed and nothing waits.</summary>
    private List<SqliteWrite>? Take()
    {
        lock (_lock)
        {
            while (_waiting.Count == 0)
            {
                if (_isClosed)
                {
                    return null;
                }

                _isIdle = true;
                Monitor.Wait(_lock);
            }

            while (Gathers(out TimeSpan left))
            {
                Monitor.Wait(_lock, left);
            }

            _isIdle = false;
            List<SqliteWrite> batch = _waiting;
            _waiting = new List<SqliteWrite>(Math.Min(batch.Count, _maxBatch));
            if (batch.Count > _maxBatch)
            {
                _waiting.AddRange(batch[_maxBatch..]);
                batch.RemoveRange(_maxBatch, batch.Count - _maxBatch);
            }

            _startedAt = Stopwatch.GetTimestamp();
            _wasShared = batch.Count >= Many;
            return batch;
        }
    }

    private bool Gathers(out TimeSpan left)
    {
        left = _gathering - Stopwatch.GetElapsedTime(_startedAt);
        return _wasShared && !_isClosed && _waiting.Count < _maxBatch && left > TimeSpan.Zero;
    }

    private void CommitAll(List<SqliteWrite> batch)
    {
        while (batch.Count > 0)
        {
            SqliteWrite? culprit = null;
            long startedAt = Stopwatch.GetTimestamp();
            try
            {
                _session.Compiled("BEGIN IMMEDIATE").Execute();
                foreach (SqliteWrite write in batch)
                {
                    culprit = write;
                    write.Execute(_session);
                }

                culprit = null;
                _session.Compiled("COMMIT").Execute();
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
                    Hand([culprit], write => write.Fail(fault));
                    batch.Remove(culprit);
                    continue;
                }

                StorageMeter.Failed(batch.Count);
                Hand(batch, write => write.Fail(fault));
                return;
            }

            Hand(batch, static write => write.Acknowledge());
            return;
        }
    }

    /// <summary>Tells those who wait, on a thread of the pool: the writer's own must never run a grain's code.</summary>
    private static void Hand(List<SqliteWrite> batch, Action<SqliteWrite> outcome) => ThreadPool.UnsafeQueueUserWorkItem(
        static told => told.Batch.ForEach(told.Outcome), (Batch: batch, Outcome: outcome), preferLocal: false);

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
}
