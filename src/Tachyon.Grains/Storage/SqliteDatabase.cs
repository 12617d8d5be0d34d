using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Tachyon.Grains.Storage;

/// <summary>
/// One SQLite file with grain records and reminders: one writer with group commit, and readers beside it, which the
/// write-ahead log keeps from waiting for each other.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>The layout below. A file with a higher number is refused.</summary>
    internal const int Layout = 1;

    /// <summary>The length of the log, in pages of 4 KB, at which it is copied into the file.</summary>
    private const int CheckpointPages = 8_192;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS grain_state (
            row_id     INTEGER PRIMARY KEY, -- for the writes, which find a number sooner than a name
            state_name TEXT NOT NULL,
            grain_id   TEXT NOT NULL,
            version    INTEGER NOT NULL,    -- only grows, also over a clear
            record     BLOB,                -- NULL once cleared
            UNIQUE (state_name, grain_id)
        );
        CREATE TABLE IF NOT EXISTS reminder (
            service_id   TEXT NOT NULL,
            grain_id     TEXT NOT NULL,
            name         TEXT NOT NULL,
            grain_hash   INTEGER NOT NULL,
            start_at_ticks INTEGER NOT NULL,   -- UTC
            period_ticks INTEGER NOT NULL,
            version      INTEGER NOT NULL,
            PRIMARY KEY (service_id, grain_id, name)
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS reminder_by_hash ON reminder (service_id, grain_hash);
        """;

    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly string _path;
    private readonly TimeSpan _busyTimeout;
    private readonly SqliteGroupCommit _writer;
    private volatile bool _disposed;

    /// <summary>Opens the file, creating it when it is missing.</summary>
    /// <exception cref="UnknownRecordFormatException">A newer version made the file.</exception>
    /// <exception cref="SqliteException">The file cannot be opened or is no database.</exception>
    internal SqliteDatabase(string path, TimeSpan busyTimeout, int maxBatch, TimeSpan gathering)
    {
        _path = path;
        _busyTimeout = busyTimeout;
        SqliteSession session = Open();
        try
        {
            Prepare(session);
            _writer = new SqliteGroupCommit(session, maxBatch, gathering);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>How many transactions were committed.</summary>
    internal long Commits => _writer.Commits;

    /// <summary>
    /// Runs a write in the next transaction and completes once that is durable. The function must report expected
    /// refusals by its result; when it throws, what it did is undone and only its own caller fails.
    /// </summary>
    /// <exception cref="SqliteException">The transaction failed; after a failed commit the outcome is unknown.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> write)
    {
        var pending = new SqliteWrite<T>(write);
        _writer.Add(pending);
        return pending.Task;
    }

    /// <summary>Writes a record in the next transaction; as <see cref="RecordWrite.Task"/> says.</summary>
    /// <exception cref="SqliteException">The transaction failed; after a failed commit the outcome is unknown.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    internal Task<RecordVersion?> WriteAsync(RecordWrite write)
    {
        _writer.Add(write);
        return write.Task;
    }

    /// <summary>Runs a read on another thread, since SQLite blocks on a cold page. Sees every acknowledged write.</summary>
    internal Task<T> ReadAsync<T>(Func<SqliteSession, T> read) => Task.Run(() =>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_readers.TryTake(out SqliteSession? session))
        {
            session = Open();
        }

        try
        {
            return read(session);
        }
        finally
        {
            if (_disposed)
            {
                session.Dispose();
            }
            else
            {
                _readers.Add(session);
            }
        }
    });

    /// <inheritdoc />
    public void Dispose()
    {
        _disposed = true;
        _writer.Dispose();
        while (_readers.TryTake(out SqliteSession? reader))
        {
            reader.Dispose();
        }
    }

    private void Prepare(SqliteSession session)
    {
        long layout = (long)session.Scalar("PRAGMA user_version")!;
        if (layout > Layout)
        {
            throw new UnknownRecordFormatException($"The database '{_path}'", (int)layout, Layout);
        }

        session.Execute("BEGIN IMMEDIATE");
        session.Execute(Schema);
        session.Execute($"PRAGMA user_version = {Layout}");
        session.Execute("COMMIT");
    }

    private SqliteSession Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(_busyTimeout.TotalSeconds),
        }.ToString());
        var session = new SqliteSession(connection);
        try
        {
            connection.Open();
            session.Execute($"PRAGMA busy_timeout = {(long)_busyTimeout.TotalMilliseconds}");
            session.Execute("PRAGMA journal_mode = WAL");

            // FULL: a commit returns only after its log is on disk. NORMAL would lose acknowledged units in a power cut.
            session.Execute("PRAGMA synchronous = FULL");

            // Copying the log into the file costs two more waits for the disk, so it comes after 32 MB and not after SQLite's 4.
            session.Execute($"PRAGMA wal_autocheckpoint = {CheckpointPages}");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
