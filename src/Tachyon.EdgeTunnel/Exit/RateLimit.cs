namespace Tachyon.EdgeTunnel.Exit;

/// <summary>How fast a channel may move bytes, both directions and all streams and packets together. Thread-safe.</summary>
/// <remarks>
/// No stream is dropped for it: what may not move yet waits where it is, in the target's socket or in the stream's window, which
/// slows its sender down. Packets have no window: some wait, and what comes beyond them is lost, which slows theirs down.
/// </remarks>
internal sealed class RateLimit(long bytesPerSecond, TimeProvider time)
{
    // So that a slow limit does not turn into a storm of tiny frames.
    private const int LeastBytes = 4_096;
    private const int LeastBurstBytes = 64 * 1024;

    // At least a few of the largest runs of segments.
    private const long LeastWaitingBytes = 256 * 1024;
    private const long MaxWaitingBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(5);

    private readonly TokenBucket _bucket = new(Math.Max(bytesPerSecond / 4, LeastBurstBytes), bytesPerSecond, time);

    /// <summary>Whether a move would not have to wait.</summary>
    public bool IsOpen => _bucket.Until(LeastBytes) == TimeSpan.Zero;

    /// <summary>Takes leave to move bytes.</summary>
    /// <returns>How many, at most <paramref name="wantedBytes"/>; zero when it is to be waited for.</returns>
    public int Take(int wantedBytes) => (int)_bucket.TakeUpTo(wantedBytes, Math.Min(wantedBytes, LeastBytes));

    /// <summary>Takes leave to move a packet, whole; false when it is to be waited for.</summary>
    public bool TryTakeWhole(int bytes) => _bucket.TryTakeAhead(bytes);

    /// <summary>How many bytes of packets may wait for their turn: what passes in a quarter of a second.</summary>
    public int WaitingBytes => (int)Math.Clamp(bytesPerSecond / 4, LeastWaitingBytes, MaxWaitingBytes);

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
