namespace Tachyon.Protocol.Frames;

/// <summary>
/// What a receiver allows on one stream: how much may arrive, when to grant more, and how far the window has grown.
/// Not thread safe; its owner serialises.
/// </summary>
/// <remarks>
/// A window starts small and doubles whenever its receiver took everything as it came, so that a stalled reader never
/// binds more memory than it was granted while it kept up. Grants go out once half a window was consumed: few frames,
/// and the sender is never kept waiting for one by a reader that keeps up.
/// </remarks>
public struct ReceiveWindow
{
    private readonly int _maxBytes;
    private int _sizeBytes;
    private int _openBytes;
    private int _consumedBytes;

    /// <summary>Starts a window.</summary>
    /// <param name="initialBytes">What the sender may send before the first grant; both ends must agree on it.</param>
    /// <param name="maxBytes">How far the window may grow.</param>
    public ReceiveWindow(int initialBytes, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initialBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, initialBytes);
        _maxBytes = maxBytes;
        _sizeBytes = initialBytes;
        _openBytes = initialBytes;
    }

    /// <summary>Present size of the window.</summary>
    public readonly int SizeBytes => _sizeBytes;

    /// <summary>Bytes that may still arrive.</summary>
    public readonly int OpenBytes => _openBytes;

    /// <summary>How much growing once would add; zero at the limit.</summary>
    public readonly int GrowthBytes => Math.Min(_sizeBytes, _maxBytes - _sizeBytes);

    /// <summary>Bytes arrived.</summary>
    /// <returns>False when they exceed the window: the sender breaks the protocol.</returns>
    public bool TryReceive(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > _openBytes)
        {
            return false;
        }

        _openBytes -= bytes;
        return true;
    }

    /// <summary>Bytes left for their destination, which makes room for others.</summary>
    /// <returns>Whether a grant is due (<see cref="TakeGrant"/>).</returns>
    public bool Consume(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        _consumedBytes += bytes;
        return _consumedBytes >= _sizeBytes / 2;
    }

    /// <summary>Doubles the window, up to its limit; the growth is part of the next grant.</summary>
    public void Grow()
    {
        var growth = GrowthBytes;
        _sizeBytes += growth;
        _consumedBytes += growth;
    }

    /// <summary>The grant to send now.</summary>
    /// <returns>Bytes granted; zero when nothing was consumed.</returns>
    public int TakeGrant()
    {
        var granted = _consumedBytes;
        _consumedBytes = 0;
        _openBytes += granted;
        return granted;
    }
}
