using Microsoft.Data.Sqlite;
using Orleans.Runtime;
using Tachyon.Grains.Deadlines;
using Tachyon.Grains.Storage;
using Tachyon.Grains.Tests.Storage;

namespace Tachyon.Grains.Tests.Upgrades;

/// <summary>A database whose tables the first version made is read and written by this one.</summary>
public sealed class DatabaseFixtureTests : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("deadlines", "5");

    private readonly TemporaryDirectory _directory = new();

    private string DatabaseFile => _directory.Combine("grains.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task DatabaseOfTheFirstLayout_KeepsItsRecordsAndEtags()
    {
        RecordFixture fixture = RecordFixtures.Read(1)["tachyon.DeadlineHead"];
        Make(Convert.FromHexString(fixture.OfThisBuild!));
        await using StorageCluster cluster = await StorageCluster.Start(
            silo => silo.AddSqliteGrainStorage(StorageCluster.Name, options => options.Path = DatabaseFile));
        GrainState<DeadlineHead> state = new(new DeadlineHead());

        await cluster.Storage.ReadStateAsync("state", Grain, state);

        Assert.True(state.RecordExists);
        Assert.EndsWith("7", state.ETag, StringComparison.Ordinal);
        Assert.Empty(fixture.Says.Except(RecordText.Of(state.State)));
        await cluster.Storage.WriteStateAsync("state", Grain, state);
        Assert.EndsWith("8", state.ETag, StringComparison.Ordinal);
    }

    /// <summary>As the first version did. Later layouts have a higher user_version, and lead from this one to theirs.</summary>
    private void Make(byte[] record)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE grain_state (
                row_id     INTEGER PRIMARY KEY,
                state_name TEXT NOT NULL,
                grain_id   TEXT NOT NULL,
                version    INTEGER NOT NULL,
                record     BLOB,
                UNIQUE (state_name, grain_id)
            );
            CREATE TABLE reminder (
                service_id     TEXT NOT NULL,
                grain_id       TEXT NOT NULL,
                name           TEXT NOT NULL,
                grain_hash     INTEGER NOT NULL,
                start_at_ticks INTEGER NOT NULL,
                period_ticks   INTEGER NOT NULL,
                version        INTEGER NOT NULL,
                PRIMARY KEY (service_id, grain_id, name)
            ) WITHOUT ROWID;
            CREATE INDEX reminder_by_hash ON reminder (service_id, grain_hash);
            INSERT INTO grain_state (state_name, grain_id, version, record) VALUES ('state', 'deadlines/5', 7, $record);
            PRAGMA user_version = 1;
            """;
        command.Parameters.AddWithValue("$record", record);
        command.ExecuteNonQuery();
    }
}
