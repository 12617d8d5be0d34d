namespace Tachyon.EdgeTunnel.Exit;

/// <summary>How fast a channel may move bytes, both directions and all streams together. Thread-safe.</summary>
/// <remarks>
/// Nobody is dropped for it: what may not move yet waits where it is, in the target's socket or in the stream's window, which
/// slows its sender down.
/// </remarks>
internal sealed class RateLimit(long bytesPerSecond, TimeProvider time)
{
    // So that a slow limit does not turn into a storm of tiny frames.
    private const int LeastBytes = 4_096;
    private const int LeastBurstBytes = 64 * 1024;
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(5);

    private readonly TokenBucket _bucket = new(Math.Max(bytesPerSecond / 4, LeastBurstBytes), bytesPerSecond, time);

    /// <summary>Whether a move would not have to wait.</summary>
    public bool IsOpen => _bucket.Until(LeastBytes) == TimeSpan.Zero;

    /// <summary>Takes leave to move bytes.</summary>
    /// <returns>How many, at most <paramref name="wantedBytes"/>; zero when it is to be waited for.</returns>
    public int Take(int wantedBytes) => (int)_bucket.TakeUpTo(wantedBytes, Math.Min(wantedBytes, LeastBytes));

    /// <summary>Gives back leave that was not used.</summary>
    public void Return(int bytes)
    {
        if (bytes > 0)
        {
            _bucket.Add(bytes);
        }
    }

    /// <summary>Waits until a move would not have to wait.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (_bucket.Until(LeastBytes) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait > LeastWait ? wait : LeastWait, time, cancellationToken);
        }
    }
}
