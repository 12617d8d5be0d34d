using Microsoft.Data.Sqlite;

namespace Tachyon.EdgeTunnel.Tests.Journal;

/// <summary>While it lives, a running journal's tables take nothing, so that what it signs is in its log alone.</summary>
internal sealed class StalledTables : IDisposable
{
    private readonly SqliteConnection _connection;

    public StalledTables(string journalPath)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = journalPath, Pooling = false }.ToString());
        _connection.Open();
        Execute("BEGIN IMMEDIATE");
    }

    public void Dispose()
    {
        Execute("ROLLBACK");
        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
