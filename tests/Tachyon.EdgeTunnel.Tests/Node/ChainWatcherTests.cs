using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

public sealed class ChainWatcherTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ChainEyes _eyes = new();
    private readonly CancellationTokenSource _stop = new();

    public async ValueTask DisposeAsync()
    {
        _stop.Dispose();
        await _eyes.DisposeAsync();
    }

    [Fact]
    public async Task Watcher_OnAChainThatDoesNotAnswer_SaysSoAndFollowsOnceItDoes()
    {
        _eyes.Chain.Faults.Down = true;
        var watcher = _eyes.Watcher(_time);
        var running = watcher.RunAsync(_stop.Token);
        await UntilAsync(() => watcher.Status.Detail is not null);
        Assert.Equal(ChainState.Connecting, watcher.Status.State);
        Assert.False(watcher.CanServe);
        Assert.False(watcher.Connected.IsCompleted);

        _eyes.Chain.Faults.Down = false;
        await UntilAsync(() => watcher.Status.State == ChainState.Following);

        Assert.True(watcher.CanServe);
        Assert.Same(_eyes.Chain, await watcher.Connected);
        Assert.Null(watcher.Status.Detail);
        await StopAsync(running);
    }

    [Fact]
    public async Task Watcher_OnAChainThatFallsSilent_ServesForHalfTheChallengePeriodAndNoLonger()
    {
        var watcher = _eyes.Watcher(_time);
        var running = watcher.RunAsync(_stop.Token);
        await UntilAsync(() => watcher.Status.State == ChainState.Following);

        _eyes.Chain.Faults.Down = true;
        await UntilAsync(() => watcher.Status.State == ChainState.Unreachable);
        Assert.True(watcher.CanServe);

        // The challenge period is twelve hours.
        _time.Advance(TimeSpan.FromHours(5.9));
        Assert.True(watcher.CanServe);
        _time.Advance(TimeSpan.FromHours(0.2));
        Assert.False(watcher.CanServe);

        _eyes.Chain.Faults.Down = false;
        await UntilAsync(() => watcher.CanServe);
        await StopAsync(running);
    }

    [Fact]
    public async Task Look_SeesWhatHappenedBeforeIt_WithoutWaitingForTheInterval()
    {
        var watcher = _eyes.Watcher(_time);
        var running = watcher.RunAsync(_stop.Token);
        await UntilAsync(() => watcher.Status.State == ChainState.Following);
        await _eyes.OpenAsync();

        await watcher.LookAsync(default).WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(ChannelStage.Opened, _eyes.Stage);
        await StopAsync(running);
    }

    [Fact]
    public async Task Watcher_OnAnotherChain_EndsWithTheReason()
    {
        var watcher = new ChainWatcher(
            _ => throw new ChainMismatchException("The endpoint serves chain 1, but the deployment is on chain 2."),
            _ => throw new InvalidOperationException("There is nothing to read."),
            new ChainWatcherOptions(), _time, NullLogger<ChainWatcher>.Instance);

        await Assert.ThrowsAsync<ChainMismatchException>(() => watcher.RunAsync(_stop.Token));

        Assert.Equal(ChainState.Wrong, watcher.Status.State);
        await Assert.ThrowsAsync<ChainMismatchException>(() => watcher.Connected);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(1))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Eventually.DefaultTimeout, "waited too long");
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
