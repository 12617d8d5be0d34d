using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Tachyon.Grains.Storage;

/// <summary>
/// A prepared statement that changes rows, without ADO.NET around it: for the one or two statements that run for every
/// write, where commands, parameters and readers cost more than SQLite does.
/// </summary>
/// <remarks>Used by one thread at a time. Parameters are numbered from 1 and keep their values until bound again.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private const int MostOnStack = 256;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares the statement.</summary>
    /// <exception cref="SqliteException">It cannot be prepared.</exception>
    internal SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out _statement), database);
    }

    internal void BindInteger(int parameter, long value) => Check(raw.sqlite3_bind_int64(_statement, parameter, value));

    internal void BindBlob(int parameter, byte[]? value) => Check(value is null
        ? raw.sqlite3_bind_null(_statement, parameter)
        : raw.sqlite3_bind_blob(_statement, parameter, value));

    internal void BindText(int parameter, string value)
    {
        int length = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> bytes = length <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[length];
        int written = Encoding.UTF8.GetBytes(value, bytes);
        Check(raw.sqlite3_bind_text(_statement, parameter, bytes[..written]));
    }

    /// <summary>Binds a grain's id as <see cref="GrainId.ToString()"/> writes it.</summary>
    internal void BindGrain(int parameter, GrainId grain)
    {
        ReadOnlySpan<byte> type = grain.Type.AsSpan();
        ReadOnlySpan<byte> key = grain.Key.AsSpan();
        int length = type.Length + 1 + key.Length;
        Span<byte> bytes = length <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[length];
        type.CopyTo(bytes);
        bytes[type.Length] = (byte)'/';
        key.CopyTo(bytes[(type.Length + 1)..]);
        Check(raw.sqlite3_bind_text(_statement, parameter, bytes[..length]));
    }

    /// <summary>Runs it; the number of rows that it changed.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    internal int Execute()
    {
        try
        {
            int outcome = raw.sqlite3_step(_statement);
            if (outcome != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(outcome, _database);
            }

            return raw.sqlite3_changes(_database);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _statement.Dispose();

    private void Check(int outcome) => SqliteException.ThrowExceptionForRC(outcome, _database);
}
