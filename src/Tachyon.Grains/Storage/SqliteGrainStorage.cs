using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Orleans.Storage;

namespace Tachyon.Grains.Storage;

/// <summary>
/// Keeps grain state in a SQLite file, durable on acknowledgement, with the writes of many grains in one transaction.
/// </summary>
/// <remarks>
/// The etag is the record's row and version, which grows with every write and clear and is never used twice, so that of two
/// activations of one grain only one can write (architecture, Grains: the etag write fences every signature and nonce).
/// A cleared record leaves its version behind for the same reason.
/// </remarks>
internal sealed class SqliteGrainStorage : IGrainStorage, IGrainRecordPages, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const string Select = "SELECT row_id, version, record FROM grain_state WHERE state_name = $0 AND grain_id = $1";
    private const string SelectVersion = "SELECT row_id, version FROM grain_state WHERE state_name = $0 AND grain_id = $1";

    private const string SelectPage = """
        SELECT grain_id, record FROM grain_state
        WHERE state_name = $0 AND grain_id > $1 AND grain_id < $2 AND record IS NOT NULL ORDER BY grain_id LIMIT $3
        """;

    private readonly string _name;
    private readonly SqliteGrainStorageOptions _options;
    private readonly IGrainStorageSerializer _serializer;
    private SqliteDatabase? _database;

    /// <summary>A storage that opens its file when the silo starts.</summary>
    public SqliteGrainStorage(string name, SqliteGrainStorageOptions options, IGrainStorageSerializer serializer)
    {
        _name = name;
        _options = options;
        _serializer = serializer;
    }

    private SqliteDatabase Database => _database ?? throw new InvalidOperationException($"The SQLite storage '{_name}' is not open; the silo has not started.");

    /// <inheritdoc />
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        $"{nameof(SqliteGrainStorage)}-{_name}",
        ServiceLifecycleStage.RuntimeStorageServices,
        _ =>
        {
            Open();
            return Task.CompletedTask;
        },
        _ =>
        {
            Dispose();
            return Task.CompletedTask;
        });

    /// <summary>Opens the file. The silo's lifecycle does it; tests without a silo call it themselves.</summary>
    internal void Open() => _database ??= new SqliteDatabase(_options.Path, _options.BusyTimeout, _options.MaxBatch, _options.Gathering);

    /// <inheritdoc />
    public void Dispose() => _database?.Dispose();

    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        string id = grainId.ToString();
        (RecordVersion? version, byte[]? record) = await Database.ReadAsync<(RecordVersion?, byte[]?)>(session =>
        {
            using var reader = session.Statement(Select, stateName, id).ExecuteReader();
            return reader.Read() ? (VersionIn(reader), reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2)) : (null, null);
        });

        T? state = record is null ? default : _serializer.Deserialize<T>(new BinaryData(record));
        grainState.State = state ?? Fresh<T>();
        grainState.RecordExists = record is not null;
        grainState.ETag = version?.ToString();
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">The record was changed by another activation since it was read.</exception>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);

        // Encoded here and now: the grain may change its state as soon as it awaits.
        byte[] record = WholeArray(_serializer.Serialize(grainState.State));
        return ReplaceAsync(stateName, grainId, grainState, record);
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">The record was changed by another activation since it was read.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        if (grainState.ETag is not null)
        {
            await ReplaceAsync(stateName, grainId, grainState, record: null);
        }
        else if (await VersionAsync(stateName, grainId) is { } stored)
        {
            throw Inconsistent(stateName, grainId, stored, etag: null);
        }

        grainState.State = Fresh<T>();
        grainState.RecordExists = false;
    }

    /// <inheritdoc />
    public async Task<GrainRecordPage<T>> ReadAsync<T>(string grainType, string stateName, string? cursor, int count)
    {
        // Records lie in the order of their grains' ids, so that a page costs the same wherever it begins.
        string prefix = $"{grainType}/";
        string end = $"{grainType}{(char)('/' + 1)}";
        List<(string Id, byte[] Record)> rows = await Database.ReadAsync(session =>
        {
            using var reader = session.Statement(SelectPage, stateName, prefix + cursor, end, (long)count).ExecuteReader();
            var read = new List<(string, byte[])>();
            while (reader.Read())
            {
                read.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
            }

            return read;
        });
        return new GrainRecordPage<T>(
            [.. rows.Select(row => (row.Id[prefix.Length..], _serializer.Deserialize<T>(new BinaryData(row.Record))!))],
            rows.Count < count ? null : rows[^1].Id[prefix.Length..]);
    }

    private async Task ReplaceAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, byte[]? record)
    {
        RecordVersion? expected = grainState.ETag is { } etag ? RecordVersion.Parse(etag) : null;
        if (await Database.WriteAsync(new RecordWrite(stateName, grainId, expected, record)) is not { } written)
        {
            throw Inconsistent(stateName, grainId, await VersionAsync(stateName, grainId), grainState.ETag);
        }

        grainState.ETag = written.ToString();
        grainState.RecordExists = record is not null;
    }

    /// <summary>The bytes without a copy where they fill an array of their own, as those of our serializer do.</summary>
    private static byte[] WholeArray(BinaryData data) =>
        MemoryMarshal.TryGetArray(data.ToMemory(), out ArraySegment<byte> segment) && segment.Array!.Length == segment.Count
            ? segment.Array
            : data.ToArray();

    private Task<RecordVersion?> VersionAsync(string stateName, GrainId grainId)
    {
        string id = grainId.ToString();
        return Database.ReadAsync<RecordVersion?>(session =>
        {
            using var reader = session.Statement(SelectVersion, stateName, id).ExecuteReader();
            return reader.Read() ? VersionIn(reader) : null;
        });
    }

    private static RecordVersion VersionIn(SqliteDataReader row) => new(row.GetInt64(0), row.GetInt64(1));

    // States are plain records and classes; those that need more than a parameterless constructor have no empty value.
    private static T Fresh<T>() => Activator.CreateInstance<T>();

    private static InconsistentStateException Inconsistent(string stateName, GrainId grainId, RecordVersion? stored, string? etag) => new(
        $"The record '{stateName}' of {grainId} is at version {stored?.ToString() ?? "none"}, not {etag ?? "none"}: another activation wrote it.",
        stored?.ToString() ?? "none",
        etag ?? "none");
}
