using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Tachyon.Grains.Storage;

/// <summary>A connection with its prepared statements, which are worth keeping: preparing costs more than running one.</summary>
/// <remarks>Used by one thread at a time.</remarks>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _statements = [];
    private readonly Dictionary<string, SqliteStatement> _compiled = [];

    /// <summary>The statement with its parameters $0, $1, … set, ready to run. Valid until asked for again.</summary>
    /// <param name="sql">Constant text: each different text is kept for the session's life.</param>
    /// <param name="values">The parameters; null for NULL.</param>
    internal SqliteCommand Statement(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text by contract; values travel as parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            _statements.Add(sql, command);
        }

        for (int i = 0; i < values.Length; i++)
        {
            // The type is set by the value; a parameter reused with another type must forget the old one.
            command.Parameters[i].ResetSqliteType();
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    /// <summary>The statement, to be bound and run by hand.</summary>
    /// <param name="sql">Constant text, as above.</param>
    internal SqliteStatement Compiled(string sql)
    {
        if (!_compiled.TryGetValue(sql, out SqliteStatement? statement))
        {
            statement = new SqliteStatement(connection.Handle!, sql);
            _compiled.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>The row that the last INSERT of this connection made.</summary>
    internal long LastInsertedRow => raw.sqlite3_last_insert_rowid(connection.Handle!);

    /// <summary>Runs a statement; the number of rows it changed.</summary>
    internal int Execute(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteNonQuery();

    /// <summary>Runs a query; the first column of its first row, or null.</summary>
    internal object? Scalar(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteScalar();

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (SqliteCommand command in _statements.Values)
        {
            command.Dispose();
        }

        foreach (SqliteStatement statement in _compiled.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
