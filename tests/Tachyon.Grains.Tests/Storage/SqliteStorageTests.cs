using Microsoft.Data.Sqlite;
using Orleans.Runtime;
using Orleans.Storage;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Tests.Storage;

public sealed class SqliteStorageTests : StorageConformance, IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private StorageCluster? _cluster;

    protected override IGrainStorage Storage => _cluster!.Storage;

    private string DatabaseFile => _directory.Combine("grains.db");

    public Task InitializeAsync() => Reopen();

    public async Task DisposeAsync() => await _cluster!.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Records_SurviveTheSilo()
    {
        GrainId grain = GrainId.Create("test", "survivor");
        await Storage.WriteStateAsync("state", grain, new GrainState<TestState>(new TestState { Text = "kept" }));

        await Reopen();

        GrainState<TestState> read = new(new TestState());
        await Storage.ReadStateAsync("state", grain, read);
        Assert.Equal("kept", read.State!.Text);
    }

    [Fact]
    public async Task ClearedRecord_WrittenAgain_DoesNotRepeatAnEtag()
    {
        // An activation that slept through a clear and a new write must not find its old etag in force again.
        GrainId grain = GrainId.Create("test", "cleared");
        GrainState<TestState> sleeper = new(new TestState { Text = "first" });
        await Storage.WriteStateAsync("state", grain, sleeper);
        GrainState<TestState> other = new(new TestState());
        await Storage.ReadStateAsync("state", grain, other);
        await Storage.ClearStateAsync("state", grain, other);
        await Storage.WriteStateAsync("state", grain, other);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("state", grain, sleeper));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("1")]
    [InlineData(".1")]
    [InlineData("not an etag")]
    public async Task Etag_ThatIsNotTheRecords_ChangesNothing(string etag)
    {
        GrainState<TestState> first = new(new TestState { Text = "first" });
        await Storage.WriteStateAsync("state", GrainId.Create("test", "first"), first);
        GrainId grain = GrainId.Create("test", "second");
        GrainState<TestState> second = new(new TestState { Text = "second" });
        await Storage.WriteStateAsync("state", grain, second);

        GrainState<TestState> thief = new(new TestState { Text = "thief" }) { ETag = etag };
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("state", grain, thief));

        foreach ((GrainId Grain, GrainState<TestState> Kept) one in new[] { (GrainId.Create("test", "first"), first), (grain, second) })
        {
            GrainState<TestState> read = new(new TestState());
            await Storage.ReadStateAsync("state", one.Grain, read);
            Assert.Equal(one.Kept.State!.Text, read.State!.Text);
            Assert.Equal(one.Kept.ETag, read.ETag);
        }
    }

    [Fact]
    public async Task Record_OfAnUnknownFormat_IsRefusedAndKept()
    {
        GrainId grain = GrainId.Create("test", "future");
        await Storage.WriteStateAsync("state", grain, new GrainState<TestState>(new TestState()));
        Execute("UPDATE grain_state SET record = X'5463' || record WHERE grain_id = 'test/future'");

        UnknownRecordFormatException refusal = await Assert.ThrowsAsync<UnknownRecordFormatException>(
            () => Storage.ReadStateAsync("state", grain, new GrainState<TestState>(new TestState())));

        Assert.Equal(0x63, refusal.Actual);
        Assert.Equal(VersionedGrainStorageSerializer.NewestFormat, refusal.NewestKnown);
    }

    [Fact]
    public async Task Database_OfANewerLayout_IsRefused()
    {
        await _cluster!.DisposeAsync();
        Execute("PRAGMA user_version = 99");
        try
        {
            Exception refusal = await Assert.ThrowsAnyAsync<Exception>(Reopen);
            Assert.Contains("format 99", refusal.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Execute("PRAGMA user_version = 1");
            await Reopen();
        }
    }

    private async Task Reopen()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _cluster = await StorageCluster.Start(silo => silo.AddSqliteGrainStorage(StorageCluster.Name, options => options.Path = DatabaseFile));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
