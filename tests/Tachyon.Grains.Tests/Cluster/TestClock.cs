namespace Tachyon.Grains.Tests.Cluster;

/// <summary>
/// A clock that runs, so that timers fire by themselves, and that a test can set forward together with its chain.
/// </summary>
internal sealed class TestClock : TimeProvider
{
    private long _offsetTicks;

    public ulong NowSeconds => (ulong)GetUtcNow().ToUnixTimeSeconds();

    public ulong NowMs => (ulong)GetUtcNow().ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _offsetTicks, time.Ticks);
}
