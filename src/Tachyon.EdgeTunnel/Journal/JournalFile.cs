using Microsoft.Data.Sqlite;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>Opens connections to the journal's SQLite file, with the settings that durability rests on.</summary>
internal static class JournalFile
{
    /// <summary>The one connection that writes. A commit returns only after the log is on disk.</summary>
    /// <exception cref="JournalException">The file cannot be opened or is not a journal.</exception>
    public static SqliteConnection OpenForWriting(string path)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = Open(path, SqliteOpenMode.ReadWriteCreate);
            var mode = Scalar(connection, "PRAGMA journal_mode = WAL");
            if (!"wal".Equals(mode as string, StringComparison.OrdinalIgnoreCase))
            {
                throw new JournalException(path, $"the journal {path} cannot use a write-ahead log (mode {mode}); is it on a network file system?");
            }

            // FULL syncs the log at each commit; NORMAL would only do so at checkpoints and lose acknowledged units.
            Scalar(connection, "PRAGMA synchronous = FULL");

            // Copying the log into the file costs further syncs: done every 16 MB and not every 4.
            Scalar(connection, "PRAGMA wal_autocheckpoint = 4096");
            JournalSchema.Migrate(connection, path);
            return connection;
        }
        catch (SqliteException fault)
        {
            connection?.Dispose();
            throw new JournalException(path, $"the journal {path} cannot be opened: {fault.Message}", fault);
        }
        catch (JournalException)
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>A connection that only reads what is committed.</summary>
    /// <exception cref="JournalException">The file cannot be opened.</exception>
    public static SqliteConnection OpenForReading(string path)
    {
        try
        {
            return Open(path, SqliteOpenMode.ReadOnly);
        }
        catch (SqliteException fault)
        {
            throw new JournalException(path, $"the journal {path} cannot be read: {fault.Message}", fault);
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        // Without pooling, disposing closes the file, so that a test or a second start never meets a stale handle.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
