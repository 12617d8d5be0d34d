using Tachyon.EdgeTunnel.Journal;

namespace Tachyon.EdgeTunnel.Tests.Journal;

/// <summary>When the journal's threads take their next batch: a record that is asked for and not taken would hold its unit for ever.</summary>
public sealed class BatchSignalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task What_is_urgent_does_not_wait()
    {
        using var signal = new BatchSignal(TimeSpan.FromDays(1));
        var batch = WaitAsync(signal);

        signal.Ask(isUrgent: true);

        await batch.WaitAsync(Patience);
    }

    [Fact]
    public async Task What_was_asked_for_before_anybody_waits_is_not_forgotten()
    {
        using var signal = new BatchSignal(TimeSpan.FromDays(1));
        signal.Ask(isUrgent: false);
        signal.Ask(isUrgent: true);
        signal.Ask(isUrgent: false);

        await WaitAsync(signal).WaitAsync(Patience);
    }

    [Fact]
    public async Task What_may_wait_does_so_until_something_urgent_comes()
    {
        using var signal = new BatchSignal(TimeSpan.FromDays(1));
        var batch = WaitAsync(signal);
        signal.Ask(isUrgent: false);
        Assert.False(batch.IsCompleted);

        signal.Ask(isUrgent: true);

        await batch.WaitAsync(Patience);
    }

    [Fact]
    public async Task What_may_wait_is_taken_after_a_while_also_by_a_thread_that_was_asleep()
    {
        using var signal = new BatchSignal(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 20; i++)
        {
            var batch = WaitAsync(signal);
            signal.Ask(isUrgent: false);
            await batch.WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task Many_who_ask_at_once_are_all_heard()
    {
        using var signal = new BatchSignal(TimeSpan.FromDays(1));
        var asked = 0;
        var seen = 0;
        var reader = Task.Factory.StartNew(
            () =>
            {
                while (seen < 4_000)
                {
                    signal.Wait();
                    seen = Volatile.Read(ref asked);
                }
            },
            TaskCreationOptions.LongRunning);
        var askers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                Interlocked.Increment(ref asked);
                signal.Ask(isUrgent: true);
            }
        }));

        await Task.WhenAll(askers).WaitAsync(Patience);
        await reader.WaitAsync(Patience);
    }

    [Fact]
    public void Asking_once_nobody_waits_any_more_does_nothing()
    {
        var signal = new BatchSignal(TimeSpan.FromDays(1));
        signal.Dispose();

        signal.Ask(isUrgent: true);
    }

    private static Task WaitAsync(BatchSignal signal) => Task.Factory.StartNew(signal.Wait, TaskCreationOptions.LongRunning);
}
