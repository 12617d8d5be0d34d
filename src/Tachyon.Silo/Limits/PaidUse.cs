using Tachyon.Protocol;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Limits;

/// <summary>
/// Requests of a route that somebody pays for: a lock's unit or an exit's report on a megabyte or more is given back to the budget of
/// requests, or a fast route would be held to what the budget allows. Thread-safe.
/// </summary>
internal sealed class PaidUse(RequestBudget requests)
{
    /// <summary>What one edge has at once; on more than that nothing is given back.</summary>
    internal const int MaxChannels = 64;

    private readonly Dictionary<ChannelId, ulong> _bytesUsed = [];

    /// <summary>A request was taken by which a lock or a pool is used up to this, as the other side has signed.</summary>
    public void Take(ChannelId channelId, ulong bytesUsed)
    {
        lock (_bytesUsed)
        {
            if (!_bytesUsed.TryGetValue(channelId, out var before) && _bytesUsed.Count >= MaxChannels)
            {
                return;
            }

            if (bytesUsed < before + ProtocolConstants.UnitIntervalBytes)
            {
                return;
            }

            _bytesUsed[channelId] = bytesUsed;
            if (before > 0)
            {
                requests.Return();
            }
        }
    }
}
