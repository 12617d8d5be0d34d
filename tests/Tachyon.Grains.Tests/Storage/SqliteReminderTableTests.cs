using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Tests.Storage;

public sealed class SqliteReminderTableTests : IAsyncLifetime, IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("deadlines", "7");

    private readonly TemporaryDirectory _directory = new();
    private SqliteReminderTable _table = null!;

    public async Task InitializeAsync() => _table = await Open("service");

    public async Task DisposeAsync() => await _table.StopAsync();

    public void Dispose()
    {
        _table.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Row_IsReadBackAsWritten_AlsoAfterAReopening()
    {
        ReminderEntry entry = Entry(Grain, "one");
        string? etag = await _table.UpsertRow(entry);
        await _table.StopAsync();
        _table = await Open("service");

        ReminderEntry read = (await _table.ReadRow(Grain, "one"))!;

        Assert.Equal(
            (entry.GrainId, entry.ReminderName, entry.StartAt, entry.Period, etag),
            (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.Null(await _table.ReadRow(Grain, "other"));
    }

    [Fact]
    public async Task Upsert_ReplacesARow_AndChangesItsEtag()
    {
        string? first = await _table.UpsertRow(Entry(Grain, "one"));
        ReminderEntry later = Entry(Grain, "one");
        later.Period = TimeSpan.FromHours(1);

        string? second = await _table.UpsertRow(later);

        Assert.NotEqual(first, second);
        Assert.Equal(TimeSpan.FromHours(1), Assert.Single((await _table.ReadRows(Grain)).Reminders).Period);
    }

    [Fact]
    public async Task Remove_NeedsTheNewestEtag()
    {
        string? stale = await _table.UpsertRow(Entry(Grain, "one"));
        string? newest = await _table.UpsertRow(Entry(Grain, "one"));

        Assert.False(await _table.RemoveRow(Grain, "one", stale!));
        Assert.False(await _table.RemoveRow(Grain, "one", "no etag"));
        Assert.True(await _table.RemoveRow(Grain, "one", newest!));
        Assert.Empty((await _table.ReadRows(Grain)).Reminders);
    }

    [Fact]
    public async Task Ranges_ExcludeTheirBegin_IncludeTheirEnd_AndGoAroundZero()
    {
        GrainId[] grains = [.. Enumerable.Range(0, 100).Select(i => GrainId.Create("deadlines", $"{i}"))];
        foreach (GrainId grain in grains)
        {
            await _table.UpsertRow(Entry(grain, "one"));
        }

        uint[] hashes = [.. grains.Select(grain => grain.GetUniformHashCode()).Order()];
        (uint low, uint high) = (hashes[20], hashes[70]);

        Assert.Equal(50, (await _table.ReadRows(low, high)).Reminders.Count);
        Assert.Equal(50, (await _table.ReadRows(high, low)).Reminders.Count);
        Assert.Equal(100, (await _table.ReadRows(low, low)).Reminders.Count);
    }

    [Fact]
    public async Task Services_ShareAFile_AndSeeOnlyTheirOwn()
    {
        await _table.UpsertRow(Entry(Grain, "one"));
        using SqliteReminderTable other = await Open("another service");

        Assert.Empty((await other.ReadRows(Grain)).Reminders);
        await other.TestOnlyClearTable();
        Assert.Single((await _table.ReadRows(Grain)).Reminders);
    }

    private async Task<SqliteReminderTable> Open(string serviceId)
    {
        var table = new SqliteReminderTable(
            Options.Create(new SqliteReminderOptions { Path = _directory.Combine("reminders.db") }),
            Options.Create(new ClusterOptions { ServiceId = serviceId, ClusterId = "cluster" }));
        await table.StartAsync();
        return table;
    }

    private static ReminderEntry Entry(GrainId grain, string name) => new()
    {
        GrainId = grain,
        ReminderName = name,
        StartAt = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        Period = TimeSpan.FromMinutes(1),
    };
}
