using Microsoft.Data.Sqlite;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// Prepared statements of one connection, kept by their text. Parameters are $1, $2, … in the order given.
/// Not thread-safe: each belongs to whoever owns the connection.
/// </summary>
internal sealed class JournalStatements(SqliteConnection connection, bool ownsConnection = true) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>Runs a statement; returns the number of rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>Runs a query; <paramref name="read"/> turns each row into an item.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var items = new List<T>();
        while (reader.Read())
        {
            items.Add(read(reader));
        }

        return items;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        if (ownsConnection)
        {
            connection.Dispose();
        }
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }

            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            // The type follows the value anew each time: one parameter may hold null now and a blob later.
            command.Parameters[i].ResetSqliteType();
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
