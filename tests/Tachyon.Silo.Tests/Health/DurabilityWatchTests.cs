using Tachyon.Silo.Health;

namespace Tachyon.Silo.Tests.Health;

/// <summary>A storage whose settings somebody changes while silos run on it.</summary>
public sealed class DurabilityWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private IReadOnlyList<string> _faults = [];
    private bool _isDown;
    private int _asked;

    [Fact]
    public async Task StorageThatIsNoLongerDurable_IsFound_AndForgivenWhenItIsAgain()
    {
        var watch = Watch();
        Assert.Null(await watch.FaultAsync());

        _faults = ["appendfsync is 'everysec'"];
        Assert.Null(await watch.FaultAsync());
        _time.Advance(DurabilityWatch.Period);
        Assert.Equal("appendfsync is 'everysec'", await watch.FaultAsync());

        _faults = [];
        _time.Advance(DurabilityWatch.Period);
        Assert.Null(await watch.FaultAsync());
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task StorageThatCannotBeAsked_StaysWhatItWas_AndIsAskedAgainSoon()
    {
        var watch = Watch();
        _faults = ["appendonly is 'no'"];
        await watch.FaultAsync();
        _isDown = true;
        _time.Advance(DurabilityWatch.Period);

        Assert.NotNull(await watch.FaultAsync());

        _isDown = false;
        _faults = [];
        Assert.Null(await watch.FaultAsync());
    }

    private DurabilityWatch Watch() => new(
        () =>
        {
            _asked++;
            return _isDown ? throw new TimeoutException("no answer") : Task.FromResult(_faults);
        },
        _time);
}
