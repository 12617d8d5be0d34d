using Microsoft.Data.Sqlite;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Tests.Storage;

public sealed class SqliteGroupCommitTests : IDisposable
{
    private const string Insert = "INSERT INTO grain_state (state_name, grain_id, version, record) VALUES ('s', $0, 1, X'00')";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Writes_ThatWait_ShareOneTransaction()
    {
        using SqliteDatabase database = Open();
        using var firstRuns = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        Task<int> first = database.WriteAsync(session =>
        {
            firstRuns.Set();
            mayGoOn.Wait();
            return session.Execute(Insert, "first");
        });
        firstRuns.Wait();
        Task<int>[] others = [.. Enumerable.Range(0, 50).Select(i => database.WriteAsync(session => session.Execute(Insert, $"other {i}")))];

        mayGoOn.Set();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(2, database.Commits);
    }

    [Fact]
    public async Task AfterASharedTransaction_TheNextGathers_UntilItIsFull()
    {
        using SqliteDatabase database = Open(maxBatch: 20, gathering: TimeSpan.FromHours(1));
        await Share(database);
        long before = database.Commits;

        Task<int>[] gathered = [.. Enumerable.Range(0, 20).Select(i => Task.Run(() => database.WriteAsync(session => session.Execute(Insert, $"late {i}"))))];
        await Task.WhenAll(gathered);

        Assert.Equal(before + 1, database.Commits);
    }

    [Fact]
    public async Task AfterASharedTransaction_ALoneWrite_WaitsNoLongerThanSaid()
    {
        using SqliteDatabase database = Open(maxBatch: 20, gathering: TimeSpan.FromMilliseconds(1));
        await Share(database);

        await database.WriteAsync(session => session.Execute(Insert, "lone"));
        await database.WriteAsync(session => session.Execute(Insert, "lone again"));

        Assert.Equal(22L, Count());
    }

    [Fact]
    public async Task Dispose_WaitsForNoCompany()
    {
        SqliteDatabase database = Open(maxBatch: 20, gathering: TimeSpan.FromHours(1));
        await Share(database);
        Task<int> waiting = database.WriteAsync(session => session.Execute(Insert, "waiting"));

        database.Dispose();
        await waiting;

        Assert.Equal(21L, Count());
    }

    [Fact]
    public async Task Write_IsAcknowledgedOnlyWhenOthersCanReadIt()
    {
        using SqliteDatabase database = Open();

        await database.WriteAsync(session => session.Execute(Insert, "one"));

        Assert.Equal(1L, Count());
    }

    [Fact]
    public async Task Write_ThatThrows_FailsAlone()
    {
        using SqliteDatabase database = Open();
        using var firstRuns = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        Task<int> blocker = database.WriteAsync(session =>
        {
            firstRuns.Set();
            mayGoOn.Wait();
            return 0;
        });
        firstRuns.Wait();
        Task<int> good = database.WriteAsync(session => session.Execute(Insert, "good"));
        Task<int> bad = database.WriteAsync<int>(session =>
        {
            session.Execute(Insert, "undone");
            throw new InvalidOperationException("on purpose");
        });
        Task<int> alsoGood = database.WriteAsync(session => session.Execute(Insert, "also good"));
        mayGoOn.Set();

        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await Task.WhenAll(blocker, good, alsoGood);

        Assert.Equal(2L, Count());
    }

    [Fact]
    public async Task Dispose_FinishesWhatWasTaken()
    {
        SqliteDatabase database = Open();
        Task<int>[] writes = [.. Enumerable.Range(0, 20).Select(i => database.WriteAsync(session => session.Execute(Insert, $"{i}")))];

        database.Dispose();
        await Task.WhenAll(writes);

        Assert.Equal(20L, Count());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.WriteAsync(session => 0));
    }

    [Fact]
    public async Task TwoWriters_OnOneFile_WaitForEachOther()
    {
        using SqliteDatabase one = Open();
        using SqliteDatabase other = Open();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            (i % 2 == 0 ? one : other).WriteAsync(session => session.Execute(Insert, $"{i}"))));

        Assert.Equal(40L, Count());
    }

    /// <summary>Twenty writes, of which the first is held until the others wait: what follows is one that many shared.</summary>
    private static async Task Share(SqliteDatabase database)
    {
        using var firstRuns = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        Task<int> first = database.WriteAsync(session =>
        {
            firstRuns.Set();
            mayGoOn.Wait();
            return session.Execute(Insert, "first");
        });
        firstRuns.Wait();
        Task<int>[] others = [.. Enumerable.Range(0, 19).Select(i => database.WriteAsync(session => session.Execute(Insert, $"other {i}")))];
        mayGoOn.Set();
        await Task.WhenAll([first, .. others]);
    }

    private SqliteDatabase Open(int maxBatch = 1_000, TimeSpan gathering = default) =>
        new(_directory.Combine("group.db"), TimeSpan.FromSeconds(10), maxBatch, gathering);

    private long Count()
    {
        using var connection = new SqliteConnection($"Data Source={_directory.Combine("group.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM grain_state";
        return (long)command.ExecuteScalar()!;
    }
}
