using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// How much a provider serves: on one channel, and together on all of them until the month ends. What is not taken here is
/// not forwarded, so no cap is exceeded by a byte. Thread-safe, and cheap enough for every frame.
/// </summary>
/// <param name="channelCapBytes">The most bytes of one channel; 0 for no cap.</param>
internal sealed class ServeLimits(ulong channelCapBytes = 0)
{
    private const long Unlimited = long.MaxValue;

    private long _monthBytesLeft = Unlimited;

    /// <summary>What may still be served this month; null without a cap.</summary>
    public ulong? MonthBytesLeft => Volatile.Read(ref _monthBytesLeft) is var left and not Unlimited ? (ulong)left : null;

    /// <summary>Sets what may be served from now on, as when the month begins.</summary>
    public void BeginMonth(ulong bytesLeft) => Volatile.Write(ref _monthBytesLeft, (long)Math.Min(bytesLeft, Unlimited - 1));

    /// <summary>Lowers what may still be served this month, where it is more.</summary>
    public void LowerMonth(ulong bytesLeft)
    {
        var lower = (long)Math.Min(bytesLeft, Unlimited - 1);
        for (var left = Volatile.Read(ref _monthBytesLeft); lower < left;)
        {
            var found = Interlocked.CompareExchange(ref _monthBytesLeft, lower, left);
            if (found == left)
            {
                return;
            }

            left = found;
        }
    }

    /// <summary>Takes bytes of the caps; what is then not served is given back.</summary>
    /// <param name="ownCountBytes">What the channel has counted so far.</param>
    /// <param name="wantedBytes">How many to serve.</param>
    /// <param name="partly">Whether fewer are of use.</param>
    /// <param name="reached">Why nothing is taken: the session is to end for this reason.</param>
    /// <returns>How many may be served.</returns>
    public int Take(ulong ownCountBytes, int wantedBytes, bool partly, out GoodbyeReason? reached)
    {
        reached = null;
        var left = channelCapBytes == 0 ? ulong.MaxValue : channelCapBytes - Math.Min(ownCountBytes, channelCapBytes);
        var bytes = (int)Math.Min((ulong)wantedBytes, left);
        if (bytes == 0 || (bytes < wantedBytes && !partly))
        {
            reached = GoodbyeReason.CapacityReached;
            return 0;
        }

        while (true)
        {
            var monthLeft = Volatile.Read(ref _monthBytesLeft);
            if (monthLeft == Unlimited)
            {
                return bytes;
            }

            var taken = (int)Math.Min(bytes, monthLeft);
            if (taken == 0 || (taken < wantedBytes && !partly))
            {
                reached = GoodbyeReason.NotServing;
                return 0;
            }

            if (Interlocked.CompareExchange(ref _monthBytesLeft, monthLeft - taken, monthLeft) == monthLeft)
            {
                return taken;
            }
        }
    }

    /// <summary>Gives back what was taken and not served.</summary>
    public void GiveBack(int bytes)
    {
        if (bytes > 0 && Volatile.Read(ref _monthBytesLeft) != Unlimited)
        {
            Interlocked.Add(ref _monthBytesLeft, bytes);
        }
    }
}
