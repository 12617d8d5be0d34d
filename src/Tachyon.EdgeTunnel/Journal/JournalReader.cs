using Microsoft.Data.Sqlite;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>Reads what is committed, and so durable. Thread-safe: readers take turns on one connection.</summary>
internal sealed class JournalReader(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly JournalStatements _statements = new(JournalFile.OpenForReading(path));

    /// <summary>Runs a query; <paramref name="read"/> turns each row into an item.</summary>
    /// <exception cref="JournalException">The file cannot be read.</exception>
    public IReadOnlyList<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        lock (_gate)
        {
            try
            {
                return _statements.Query(sql, read, values);
            }
            catch (SqliteException fault)
            {
                throw new JournalException(path, $"the journal {path} cannot be read: {fault.Message}", fault);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _statements.Dispose();
        }
    }
}
