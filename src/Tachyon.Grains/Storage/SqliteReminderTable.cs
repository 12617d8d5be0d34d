using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Tachyon.Grains.Storage;

/// <summary>Keeps reminders in a SQLite file, so that they outlive the silo. The etag is a version that only grows.</summary>
internal sealed class SqliteReminderTable(IOptions<SqliteReminderOptions> options, IOptions<ClusterOptions> cluster) : IReminderTable, IDisposable
{
    private const string Columns = "SELECT grain_id, name, start_at_ticks, period_ticks, version FROM reminder WHERE service_id = $0";
    private const string OfGrain = $"{Columns} AND grain_id = $1";
    private const string OfName = $"{OfGrain} AND name = $2";
    private const string InRange = $"{Columns} AND grain_hash > $1 AND grain_hash <= $2";
    private const string AroundZero = $"{Columns} AND (grain_hash > $1 OR grain_hash <= $2)";
    private const string Upsert = """
        INSERT INTO reminder (service_id, grain_id, name, grain_hash, start_at_ticks, period_ticks, version)
        VALUES ($0, $1, $2, $3, $4, $5, 1)
        ON CONFLICT (service_id, grain_id, name) DO UPDATE SET
            start_at_ticks = excluded.start_at_ticks, period_ticks = excluded.period_ticks, version = version + 1
        RETURNING version
        """;

    private const string Delete = "DELETE FROM reminder WHERE service_id = $0 AND grain_id = $1 AND name = $2 AND version = $3";
    private const string DeleteAll = "DELETE FROM reminder WHERE service_id = $0";

    private SqliteDatabase? _database;

    private string ServiceId => cluster.Value.ServiceId;

    private SqliteDatabase Database => _database ?? throw new InvalidOperationException("The SQLite reminder table is not open; the silo has not started.");

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _database ??= new SqliteDatabase(options.Value.Path, options.Value.BusyTimeout, maxBatch: 100, gathering: TimeSpan.Zero);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose() => _database?.Dispose();

    /// <inheritdoc />
    public Task<ReminderTableData> ReadRows(GrainId grainId) => Read(OfGrain, ServiceId, grainId.ToString());

    /// <inheritdoc />
    public Task<ReminderTableData> ReadRows(uint begin, uint end) =>
        Read(begin < end ? InRange : AroundZero, ServiceId, (long)begin, (long)end);

    /// <inheritdoc />
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        (await Read(OfName, ServiceId, grainId.ToString(), reminderName)).Reminders.FirstOrDefault();

    /// <inheritdoc />
    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string serviceId = ServiceId;
        string grainId = entry.GrainId.ToString();
        long hash = entry.GrainId.GetUniformHashCode();
        long version = await Database.WriteAsync(session => (long)session.Scalar(
            Upsert, serviceId, grainId, entry.ReminderName, hash, entry.StartAt.ToUniversalTime().Ticks, entry.Period.Ticks)!);
        return version.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc />
    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        string serviceId = ServiceId;
        return long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? Database.WriteAsync(session => session.Execute(Delete, serviceId, grainId.ToString(), reminderName, version) == 1)
            : Task.FromResult(false);
    }

    /// <inheritdoc />
    public Task TestOnlyClearTable()
    {
        string serviceId = ServiceId;
        return Database.WriteAsync(session => session.Execute(DeleteAll, serviceId));
    }

    private async Task<ReminderTableData> Read(string sql, params object[] values) => new(await Database.ReadAsync(session =>
    {
        var entries = new List<ReminderEntry>();
        using SqliteDataReader reader = session.Statement(sql, values).ExecuteReader();
        while (reader.Read())
        {
            entries.Add(new ReminderEntry
            {
                GrainId = GrainId.Parse(reader.GetString(0)),
                ReminderName = reader.GetString(1),
                StartAt = new DateTime(reader.GetInt64(2), DateTimeKind.Utc),
                Period = new TimeSpan(reader.GetInt64(3)),
                ETag = reader.GetInt64(4).ToString(CultureInfo.InvariantCulture),
            });
        }

        return entries;
    }));
}
