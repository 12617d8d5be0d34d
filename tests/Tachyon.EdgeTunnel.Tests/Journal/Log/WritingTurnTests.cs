using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.Protocol.Identity;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Journal.Log;

/// <summary>Who writes a record: the thread that handed it over in its turn, and the log's own wherever that one cannot.</summary>
public sealed class WritingTurnTests : IAsyncDisposable
{
    private static readonly ChannelId ChannelId = TestChannels.Record(1).ChannelId;

    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryLogFile _file = new(64);
    private readonly EdgeJournal _journal;

    public WritingTurnTests() => _journal = EdgeJournal.Open(_directory.Combine("journal.db"), _ => _file);

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public void Records_OfATurn_AreDurableAtItsEnd_InOneSyncOfThisThread()
    {
        var syncs = _file.Syncs;
        var writers = new List<int>();
        _file.Syncing = () => writers.Add(Environment.CurrentManagedThreadId);
        ValueTask first;
        ValueTask second;
        using (WritingTurn.Begin())
        {
            using (WritingTurn.Begin())
            {
                first = _journal.Ledgers.AppendAsync(ChannelId, [1]);
            }

            second = _journal.Ledgers.AppendAsync(ChannelId, [2]);
            Assert.False(first.IsCompleted || second.IsCompleted, "a record was durable before the turn was over");
        }

        Assert.True(first.IsCompletedSuccessfully && second.IsCompletedSuccessfully, "a record of the turn is not durable at its end");
        Assert.Equal([Environment.CurrentManagedThreadId], writers);
        Assert.Equal(syncs + 1, _file.Syncs);
    }

    [Fact]
    public async Task Record_WhileAnotherThreadWrites_IsLeftToTheLogsThread()
    {
        using var release = new ManualResetEventSlim();
        var writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _file.Syncing = () =>
        {
            writing.TrySetResult();
            release.Wait(TimeSpan.FromMinutes(1));
        };
        var first = _journal.Ledgers.AppendAsync(ChannelId, [1]).AsTask();
        await writing.Task.WaitAsync(Eventually.DefaultTimeout);

        var second = Hand([2]);
        Assert.False(second.IsCompleted, "a record is durable though the disk is still busy with the one before");
        release.Set();

        await Task.WhenAll(first, second).WaitAsync(Eventually.DefaultTimeout);
    }

    [Fact]
    public async Task Records_OfADiskThatWasSlow_AreTheLogsThreadsToWaitFor()
    {
        var slow = true;
        var writers = new List<int>();
        _file.Syncing = () =>
        {
            writers.Add(Environment.CurrentManagedThreadId);
            SpinWait.SpinUntil(() => !slow, TimeSpan.FromMilliseconds(20));
        };
        await Hand([1]);
        slow = false;

        var second = Hand([2]);
        await second.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(2, writers.Count);
        Assert.NotEqual(writers[0], writers[1]);
    }

    [Fact]
    public async Task RecordThatFollowsOnOneOfTheTurn_IsWrittenToo()
    {
        Task? following = null;
        var first = FollowAsync();
        await first.WaitAsync(Eventually.DefaultTimeout);
        await following!.WaitAsync(Eventually.DefaultTimeout);

        async Task FollowAsync()
        {
            ValueTask durable;
            using (WritingTurn.Begin())
            {
                durable = Follow(_journal.Ledgers.AppendAsync(ChannelId, [1]));
            }

            await durable;
        }

        async ValueTask Follow(ValueTask durable)
        {
            await durable;
            following = _journal.Ledgers.AppendAsync(ChannelId, [2]).AsTask();
        }
    }

    [Fact]
    public async Task Turn_OnALogThatCannotBeWritten_BreaksTheJournal_AndThisThreadLives()
    {
        _file.Fails = true;

        var fault = await Assert.ThrowsAsync<JournalBrokenException>(() => Hand([1]));

        Assert.Same(fault, await _journal.Broken.WaitAsync(Eventually.DefaultTimeout));
        _file.Fails = false;
        var syncs = _file.Syncs;
        await Assert.ThrowsAsync<JournalBrokenException>(() => Hand([2]));
        Assert.Equal(syncs, _file.Syncs);
    }

    private Task Hand(byte[] record)
    {
        using var turn = WritingTurn.Begin();
        return _journal.Ledgers.AppendAsync(ChannelId, record).AsTask();
    }
}
