using Orleans.Runtime;
using Orleans.Storage;
using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Tests.Durability;

/// <summary>The write loop, against a storage whose every operation the test finishes by hand.</summary>
public sealed class DurableRecordTests
{
    private readonly ManualStorage _storage = new();
    private int _deactivations;

    private DurableRecord<Text> Record => field ??= new DurableRecord<Text>(_storage, () => _deactivations++);

    [Fact]
    public async Task Save_CompletesWithItsWrite_AndOnlyThenIsItDurable()
    {
        Task saved = Record.SaveAsync(new Text("one"));

        Assert.False(saved.IsCompleted);
        Assert.Equal("one", Record.Newest.Value);
        Assert.Equal("", Record.Durable.Value);
        _storage.Finish();
        await saved;
        Assert.Equal("one", Record.Durable.Value);
    }

    [Fact]
    public async Task Saves_DuringAWrite_ShareTheNextOne_WhichHoldsTheNewest()
    {
        Task first = Record.SaveAsync(new Text("one"));
        Task second = Record.SaveAsync(new Text("two"));
        Task third = Record.SaveAsync(new Text("three"));

        _storage.Finish();
        await first;
        Assert.Equal("one", Record.Durable.Value);
        Assert.False(second.IsCompleted);
        await _storage.NextBegins();
        _storage.Finish();
        await Task.WhenAll(second, third);

        Assert.Equal(["one", "three"], _storage.Written);
        Assert.Equal(1, _storage.MostAtOnce);
    }

    [Fact]
    public async Task WhenDurable_WaitsForWhatIsOnItsWay_AndNotLonger()
    {
        Assert.True(Record.WhenDurableAsync().IsCompletedSuccessfully);
        Task saved = Record.SaveAsync(new Text("one"));
        Task durable = Record.WhenDurableAsync();

        Assert.False(durable.IsCompleted);
        _storage.Finish();
        await Task.WhenAll(saved, durable);
        Assert.True(Record.WhenDurableAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task FailedWrite_FailsAllThatWait_AndRefusesEverythingUntilTheRecordIsReadAgain()
    {
        Task first = Record.SaveAsync(new Text("one"));
        Task second = Record.SaveAsync(new Text("two"));
        _storage.Stored = new Text("what the disk holds");

        _storage.Fail(new IOException("disk"));
        await _storage.NextBegins();

        Assert.Throws<StorageFaultException>(() => Record.Newest);
        Assert.Throws<StorageFaultException>(() => Record.Durable);
        Assert.Throws<StorageFaultException>(() => { _ = Record.SaveAsync(new Text("three")); });
        _storage.Finish();
        await Assert.ThrowsAsync<StorageFaultException>(() => first);
        await Assert.ThrowsAsync<StorageFaultException>(() => second);
        Assert.Equal("what the disk holds", Record.Durable.Value);
        Assert.Equal("what the disk holds", Record.Newest.Value);
        Assert.Equal(0, _deactivations);
    }

    [Fact]
    public async Task FailedWriteAndRead_EndTheActivation()
    {
        Task saved = Record.SaveAsync(new Text("one"));
        _storage.Fail(new IOException("disk"));
        await _storage.NextBegins();
        _storage.Fail(new IOException("disk"));

        await Assert.ThrowsAsync<StorageFaultException>(() => saved);

        Assert.Equal(1, _deactivations);
        Assert.Throws<StorageFaultException>(() => Record.Durable);
    }

    [Fact]
    public async Task WriteByAnotherActivation_EndsThisOne_WithoutReadingAgain()
    {
        Task saved = Record.SaveAsync(new Text("one"));
        _storage.Fail(new InconsistentStateException("another one wrote"));

        await Assert.ThrowsAsync<StorageFaultException>(() => saved);

        Assert.Equal(1, _deactivations);
        Assert.Equal(0, _storage.Reads);
    }

    /// <summary>A state of this test.</summary>
    internal sealed record Text(string Value);

    private sealed class ManualStorage : IPersistentState<Text>
    {
        private TaskCompletionSource? _running;
        private TaskCompletionSource _begins = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _atOnce;

        public Text State { get; set; } = new("");

        public Text? Stored { get; set; }

        public List<string> Written { get; } = [];

        public int Reads { get; private set; }

        public int MostAtOnce { get; private set; }

        public string? Etag => "1";

        public bool RecordExists => true;

        public void Finish() => Next().SetResult();

        public void Fail(Exception fault) => Next().SetException(fault);

        public Task NextBegins() => _begins.Task.WaitAsync(Eventually.DefaultTimeout);

        public async Task WriteStateAsync()
        {
            Text text = State;
            await Run();
            Written.Add(text.Value);
        }

        public async Task ReadStateAsync()
        {
            Reads++;
            await Run();
            State = Stored ?? State;
        }

        public Task ClearStateAsync() => throw new NotSupportedException();

        private async Task Run()
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
            _running = new TaskCompletionSource();
            _begins.TrySetResult();
            try
            {
                await _running.Task;
            }
            finally
            {
                _atOnce--;
            }
        }

        private TaskCompletionSource Next()
        {
            TaskCompletionSource running = _running!;
            _begins = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return running;
        }
    }
}
