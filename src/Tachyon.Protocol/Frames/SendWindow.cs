namespace Tachyon.Protocol.Frames;

/// <summary>
/// How much a sender may still send on one stream. Not thread safe; its owner serialises.
/// </summary>
public struct SendWindow
{
    /// <summary>Most bytes that may ever be open; a peer that grants beyond it is in error.</summary>
    public const long MaxBytes = int.MaxValue;

    private long _availableBytes;

    /// <summary>Starts with what every stream may send before its first grant.</summary>
    public SendWindow(int initialBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(initialBytes);
        _availableBytes = initialBytes;
    }

    /// <summary>Bytes that may be sent now.</summary>
    public readonly long AvailableBytes => _availableBytes;

    /// <summary>Takes up to <paramref name="wantedBytes"/> from the window.</summary>
    /// <returns>Bytes taken; zero when the window is shut.</returns>
    public int Take(int wantedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wantedBytes);
        var taken = (int)Math.Min(wantedBytes, _availableBytes);
        _availableBytes -= taken;
        return taken;
    }

    /// <summary>Gives back bytes that were taken but not sent.</summary>
    public void Return(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        _availableBytes += bytes;
    }

    /// <summary>The peer grants more.</summary>
    /// <returns>False when the grant goes beyond <see cref="MaxBytes"/>: the peer breaks the protocol.</returns>
    public bool TryGrant(uint grantedBytes)
    {
        if (_availableBytes + grantedBytes > MaxBytes)
        {
            return false;
        }

        _availableBytes += grantedBytes;
        return true;
    }
}
