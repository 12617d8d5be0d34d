namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>The present rate of a channel. Its owner serialises.</summary>
/// <param name="smoothing">What the newest tick weighs: 0.3 smooths ten ticks a second over about a second, 1 takes the last alone.</param>
internal sealed class RateMeter(double smoothing = 0.3)
{
    private long _bytes;
    private long? _since;
    private double _bytesPerSecond;

    public ulong BytesPerSecond => (ulong)_bytesPerSecond;

    public void Add(int bytes) => _bytes += bytes;

    /// <summary>Takes what was added since the last tick into the rate.</summary>
    public void Tick(long timestamp, TimeProvider time)
    {
        if (_since is { } since)
        {
            var elapsed = time.GetElapsedTime(since, timestamp);
            if (elapsed <= TimeSpan.Zero)
            {
                return;
            }

            _bytesPerSecond += smoothing * ((_bytes / elapsed.TotalSeconds) - _bytesPerSecond);
        }

        _since = timestamp;
        _bytes = 0;
    }
}
