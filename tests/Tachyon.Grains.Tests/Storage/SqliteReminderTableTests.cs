using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Tests.Storage;

public sealed class SqliteReminderTableTests : ReminderConformance, IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteReminderTable _table = null!;

    private protected override IReminderTable Table => _table;

    public async Task InitializeAsync() => _table = await Open("service");

    public async Task DisposeAsync() => await _table.StopAsync();

    public void Dispose()
    {
        _table.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Row_IsReadBack_AlsoAfterAReopening()
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
}
