using Orleans.Runtime;

namespace Tachyon.Grains.Tests.Storage;

/// <summary>What deadlines need of a table of reminders: that after a fail-over each is found again, once, by whose range it is.</summary>
public abstract class ReminderConformance
{
    private protected static readonly GrainId Grain = GrainId.Create("deadlines", "7");

    private protected abstract IReminderTable Table { get; }

    [ConformanceFact]
    public async Task Row_IsReadBackAsWritten()
    {
        ReminderEntry entry = Entry(Grain, "one");
        string? etag = await Table.UpsertRow(entry);

        ReminderEntry read = (await Table.ReadRow(Grain, "one"))!;

        Assert.Equal(
            (entry.GrainId, entry.ReminderName, entry.StartAt, entry.Period, etag),
            (read.GrainId, read.ReminderName, read.StartAt.ToUniversalTime(), read.Period, read.ETag));
        Assert.Null(await Table.ReadRow(Grain, "other"));
        Assert.Null(await Table.ReadRow(GrainId.Create("deadlines", "77"), "one"));
    }

    [ConformanceFact]
    public async Task Rows_OfAGrain_AreThoseOfNoOther()
    {
        await Table.UpsertRow(Entry(Grain, "one"));
        await Table.UpsertRow(Entry(Grain, "two"));
        await Table.UpsertRow(Entry(GrainId.Create("deadlines", "77"), "one"));

        Assert.Equal(["one", "two"], (await Table.ReadRows(Grain)).Reminders.Select(row => row.ReminderName).Order());
    }

    [ConformanceFact]
    public async Task Upsert_ReplacesARow_AndChangesItsEtag()
    {
        string? first = await Table.UpsertRow(Entry(Grain, "one"));
        ReminderEntry later = Entry(Grain, "one");
        later.Period = TimeSpan.FromHours(1);

        string? second = await Table.UpsertRow(later);

        Assert.NotEqual(first, second);
        Assert.Equal(TimeSpan.FromHours(1), Assert.Single((await Table.ReadRows(Grain)).Reminders).Period);
    }

    [ConformanceFact]
    public async Task Remove_NeedsTheNewestEtag()
    {
        string? stale = await Table.UpsertRow(Entry(Grain, "one"));
        string? newest = await Table.UpsertRow(Entry(Grain, "one"));

        Assert.False(await Table.RemoveRow(Grain, "one", stale!));
        Assert.False(await Table.RemoveRow(Grain, "one", "no etag"));
        Assert.True(await Table.RemoveRow(Grain, "one", newest!));
        Assert.Empty((await Table.ReadRows(Grain)).Reminders);
    }

    [ConformanceFact]
    public async Task Ranges_ExcludeTheirBegin_IncludeTheirEnd_AndGoAroundZero()
    {
        GrainId[] grains = [.. Enumerable.Range(0, 100).Select(i => GrainId.Create("deadlines", $"{i}"))];
        foreach (GrainId grain in grains)
        {
            await Table.UpsertRow(Entry(grain, "one"));
        }

        uint[] hashes = [.. grains.Select(grain => grain.GetUniformHashCode()).Order()];
        (uint low, uint high) = (hashes[20], hashes[70]);

        Assert.Equal(50, (await Table.ReadRows(low, high)).Reminders.Count);
        Assert.Equal(50, (await Table.ReadRows(high, low)).Reminders.Count);
        Assert.Equal(100, (await Table.ReadRows(low, low)).Reminders.Count);
    }

    private protected static ReminderEntry Entry(GrainId grain, string name) => new()
    {
        GrainId = grain,
        ReminderName = name,
        StartAt = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        Period = TimeSpan.FromMinutes(1),
    };
}
