namespace Tachyon.Grains.Hosting;

/// <summary>The time that grains decide by.</summary>
/// <remarks>
/// Apart from the runtime's own clocks, so that a test can set the grains' time forward by hours: Orleans measures the
/// idleness of activations by the default <see cref="TimeProvider"/> and takes no jumps.
/// </remarks>
public sealed class GrainClock(TimeProvider time)
{
    /// <summary>Now.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow();

    /// <summary>Unix seconds.</summary>
    public ulong NowSeconds => (ulong)UtcNow.ToUnixTimeSeconds();

    /// <summary>Unix milliseconds.</summary>
    public ulong NowMs => (ulong)UtcNow.ToUnixTimeMilliseconds();

    /// <summary>A point in time for <see cref="GetElapsedTime"/>, which no setting of the machine's clock moves.</summary>
    public long GetTimestamp() => time.GetTimestamp();

    /// <summary>How much time has passed since.</summary>
    public TimeSpan GetElapsedTime(long timestamp) => time.GetElapsedTime(timestamp);

    /// <summary>Completes after that time. Who awaits it in a grain goes on in the grain.</summary>
    public Task Delay(TimeSpan delay) => Task.Delay(delay, time);
}
