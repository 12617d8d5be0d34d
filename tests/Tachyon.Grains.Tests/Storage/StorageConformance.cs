using Orleans.Runtime;
using Orleans.Storage;

namespace Tachyon.Grains.Tests.Storage;

/// <summary>What the grains rely on in every storage: each provider runs this suite.</summary>
public abstract class StorageConformance
{
    private const string StateName = "conformance";

    /// <summary>The storage under test, open, possibly with records of other tests.</summary>
    protected abstract IGrainStorage Storage { get; }

    [ConformanceFact]
    public async Task Read_OfUnknownRecord_GivesFreshStateWithoutEtag()
    {
        GrainState<TestState> state = new(new TestState { Text = "stale" }) { RecordExists = true };

        await Storage.ReadStateAsync(StateName, NewGrain(), state);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal("", state.State!.Text);
    }

    [ConformanceFact]
    public async Task Read_AfterWrite_GivesWhatWasWritten()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> written = await Written(grain, "first", 7);

        GrainState<TestState> read = await Read(grain);

        Assert.True(written.RecordExists);
        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(("first", 7), (read.State!.Text, read.State.Number));
    }

    [ConformanceFact]
    public async Task Write_ByTheLastReader_Succeeds_AndChangesTheEtag()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> state = await Written(grain, "first", 1);
        string? before = state.ETag;

        state.State!.Text = "second";
        await Storage.WriteStateAsync(StateName, grain, state);

        Assert.NotEqual(before, state.ETag);
        Assert.Equal("second", (await Read(grain)).State!.Text);
    }

    [ConformanceFact]
    public async Task Write_OfEqualContent_ChangesTheEtag()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> state = await Written(grain, "same", 1);
        string? before = state.ETag;

        await Storage.WriteStateAsync(StateName, grain, state);

        Assert.NotEqual(before, state.ETag);
    }

    [ConformanceFact]
    public async Task Write_WithAStaleEtag_IsRefused_AndChangesNothing()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> winner = await Written(grain, "first", 1);
        GrainState<TestState> loser = await Read(grain);
        winner.State!.Text = "winner";
        await Storage.WriteStateAsync(StateName, grain, winner);

        loser.State!.Text = "loser";
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync(StateName, grain, loser));

        Assert.Equal("winner", (await Read(grain)).State!.Text);
    }

    [ConformanceFact]
    public async Task Write_AsIfNew_OverAnExistingRecord_IsRefused()
    {
        GrainId grain = NewGrain();
        await Written(grain, "first", 1);

        GrainState<TestState> second = new(new TestState { Text = "second" });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync(StateName, grain, second));
    }

    [ConformanceFact]
    public async Task Clear_RemovesTheRecord()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> state = await Written(grain, "first", 1);
        string? before = state.ETag;

        await Storage.ClearStateAsync(StateName, grain, state);

        Assert.False(state.RecordExists);
        Assert.NotEqual(before, state.ETag);
        Assert.NotNull(state.State);
        GrainState<TestState> read = await Read(grain);
        Assert.False(read.RecordExists);
        Assert.Equal("", read.State!.Text);
    }

    [ConformanceFact]
    public async Task Clear_WithAStaleEtag_IsRefused_AndChangesNothing()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> winner = await Written(grain, "first", 1);
        GrainState<TestState> loser = await Read(grain);
        winner.State!.Text = "winner";
        await Storage.WriteStateAsync(StateName, grain, winner);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync(StateName, grain, loser));

        Assert.Equal("winner", (await Read(grain)).State!.Text);
    }

    [ConformanceFact]
    public async Task Clear_OfUnknownRecord_LeavesAFreshState()
    {
        GrainState<TestState> state = new(new TestState { Text = "stale" }) { RecordExists = true };

        await Storage.ClearStateAsync(StateName, NewGrain(), state);

        Assert.False(state.RecordExists);
        Assert.Equal("", state.State!.Text);
    }

    [ConformanceFact]
    public async Task Write_AfterClear_MakesANewRecord()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> state = await Written(grain, "first", 1);
        await Storage.ClearStateAsync(StateName, grain, state);

        state.State = new TestState { Text = "second" };
        await Storage.WriteStateAsync(StateName, grain, state);

        Assert.Equal("second", (await Read(grain)).State!.Text);
    }

    [ConformanceFact]
    public async Task StateNames_OfOneGrain_AreIndependentRecords()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> one = new(new TestState { Text = "one" });
        GrainState<TestState> other = new(new TestState { Text = "other" });

        await Storage.WriteStateAsync("one", grain, one);
        await Storage.WriteStateAsync("other", grain, other);

        GrainState<TestState> read = new(new TestState());
        await Storage.ReadStateAsync("one", grain, read);
        Assert.Equal("one", read.State!.Text);
    }

    [ConformanceFact]
    public async Task Write_TakesTheStateAsItIsAtTheCall()
    {
        GrainId grain = NewGrain();
        GrainState<TestState> state = new(new TestState { Text = "at the call" });

        Task write = Storage.WriteStateAsync(StateName, grain, state);
        state.State!.Text = "changed meanwhile";
        await write;

        Assert.Equal("at the call", (await Read(grain)).State!.Text);
    }

    [ConformanceFact]
    public async Task ManyGrains_WritingAtOnce_AllKeepTheirOwn()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), async (i, _) =>
        {
            GrainId grain = NewGrain();
            GrainState<TestState> state = await Written(grain, $"grain {i}", 0);
            for (int round = 1; round <= 5; round++)
            {
                state.State!.Number = round;
                await Storage.WriteStateAsync(StateName, grain, state);
            }

            GrainState<TestState> read = await Read(grain);
            Assert.Equal(($"grain {i}", 5), (read.State!.Text, read.State.Number));
        });
    }

    private static GrainId NewGrain() => GrainId.Create("conformance", Guid.NewGuid().ToString("N"));

    private async Task<GrainState<TestState>> Written(GrainId grain, string text, int number)
    {
        GrainState<TestState> state = new(new TestState { Text = text, Number = number });
        await Storage.WriteStateAsync(StateName, grain, state);
        return state;
    }

    private async Task<GrainState<TestState>> Read(GrainId grain)
    {
        GrainState<TestState> state = new(new TestState());
        await Storage.ReadStateAsync(StateName, grain, state);
        return state;
    }
}

/// <summary>A state of the suite.</summary>
[GenerateSerializer, Alias("tachyon.tests.TestState")]
public sealed class TestState
{
    [Id(0)]
    public string Text { get; set; } = "";

    [Id(1)]
    public int Number { get; set; }
}
