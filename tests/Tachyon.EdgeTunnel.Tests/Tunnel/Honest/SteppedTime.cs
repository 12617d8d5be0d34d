using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel.Honest;

/// <summary>One node's clock: virtual time that all share, and a wall clock that may be set forwards and backwards.</summary>
internal sealed class SteppedTime(FakeTimeProvider shared) : TimeProvider
{
    /// <summary>What the wall clock is off by.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => shared.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => shared.GetUtcNow() + Offset;

    public override long GetTimestamp() => shared.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        shared.CreateTimer(callback, state, dueTime, period);
}
