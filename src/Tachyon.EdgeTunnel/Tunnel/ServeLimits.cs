using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// How much a provider serves: on one channel, and together on all of them until the month ends. What is not taken here is
/// not forwarded, so no cap is exceeded by a byte. Thread-safe, and cheap enough for every frame.
/// </summary>
/// <param name="channelCapBytes">The most bytes of one channel; 0 for no cap.</param>
internal sealed class ServeLimits(ulong channelCapBytes = 0)
{
    private readonly Lock _lock = new();
    private ulong? _monthBytesLeft;
    private int _term;

    /// <summary>What may still be served this month; null without a cap.</summary>
    public ulong? MonthBytesLeft
    {
        get
        {
            lock (_lock)
            {
                return _monthBytesLeft;
            }
        }
    }

    /// <summary>Sets what may be served from now on, as when the month begins.</summary>
    public void BeginMonth(ulong bytesLeft)
    {
        lock (_lock)
        {
            _monthBytesLeft = bytesLeft;
            _term++;
        }
    }

    /// <summary>Lowers what may still be served this month, where it is more.</summary>
    public void LowerMonth(ulong bytesLeft)
    {
        lock (_lock)
        {
            if (_monthBytesLeft is null || bytesLeft < _monthBytesLeft)
            {
                _monthBytesLeft = bytesLeft;
                _term++;
            }
        }
    }

    /// <summary>Takes bytes of the caps; what is then not served is given back.</summary>
    /// <param name="ownCountBytes">What the channel has counted so far.</param>
    /// <param name="wantedBytes">How many to serve.</param>
    /// <param name="partly">Whether fewer are of use.</param>
    /// <param name="reached">Why nothing is taken: the session is to end for this reason.</param>
    /// <returns>How many may be served.</returns>
    public Leave Take(ulong ownCountBytes, int wantedBytes, bool partly, out GoodbyeReason? reached)
    {
        reached = null;
        var left = channelCapBytes == 0 ? ulong.MaxValue : channelCapBytes - Math.Min(ownCountBytes, channelCapBytes);
        var bytes = (int)Math.Min((ulong)wantedBytes, left);
        if (bytes == 0 || (bytes < wantedBytes && !partly))
        {
            reached = GoodbyeReason.CapacityReached;
            return default;
        }

        lock (_lock)
        {
            if (_monthBytesLeft is not { } monthLeft)
            {
                return new Leave(bytes, _term);
            }

            var taken = (int)Math.Min((ulong)bytes, monthLeft);
            if (taken == 0 || (taken < wantedBytes && !partly))
            {
                reached = GoodbyeReason.NotServing;
                return default;
            }

            _monthBytesLeft = monthLeft - (ulong)taken;
            return new Leave(taken, _term);
        }
    }

    /// <summary>Gives back what was taken and not served. Nothing where the month was set anew meanwhile: that counts from there.</summary>
    public void GiveBack(Leave leave, int servedBytes)
    {
        if (leave.Bytes == servedBytes)
        {
            return;
        }

        lock (_lock)
        {
            if (leave.Term == _term)
            {
                _monthBytesLeft += (ulong)(leave.Bytes - servedBytes);
            }
        }
    }

    /// <summary>Leave to serve bytes.</summary>
    /// <param name="Bytes">How many.</param>
    /// <param name="Term">Of which setting of the month they were taken.</param>
    public readonly record struct Leave(int Bytes, int Term);
}
