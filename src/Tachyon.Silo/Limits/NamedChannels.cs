using System.Collections.Concurrent;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Limits;

/// <summary>
/// The channels that one edge names. Looking a channel up wakes a grain, reads the storage and may have the chain looked at,
/// and anybody can make up ids; so each name that is not known to be the edge's own is paid for, and the price is given
/// back when it turns out to be. Thread-safe.
/// </summary>
internal sealed class NamedChannels(IdentityBudget identity, AddressBudget address, int mostRemembered)
{
    private readonly ConcurrentDictionary<ChannelId, bool> _own = new();

    /// <summary>Takes the price of a name, unless it is known to be the edge's own. False when nothing is left to pay with.</summary>
    public bool TryName(ChannelId channelId, out bool paid)
    {
        paid = false;
        if (_own.ContainsKey(channelId))
        {
            return true;
        }

        if (!identity.UnknownChannels.TryTake())
        {
            GatewayMeter.RefusedBy("identity unknown channels");
            return false;
        }

        if (address.UnknownChannels.TryTake())
        {
            paid = true;
            return true;
        }

        identity.UnknownChannels.Return();
        GatewayMeter.RefusedBy("address unknown channels");
        return false;
    }

    /// <summary>After how many milliseconds another name may be tried.</summary>
    public uint RetryAfterMs => Math.Max(identity.UnknownChannels.RetryAfterMs, address.UnknownChannels.RetryAfterMs);

    /// <summary>A channel that was named is the edge's own: what was paid is given back.</summary>
    public void Confirm(ChannelId channelId, bool paid)
    {
        if (!paid)
        {
            return;
        }

        identity.UnknownChannels.Return();
        address.UnknownChannels.Return();

        // Those beyond are paid for and given back each time.
        if (_own.Count < mostRemembered)
        {
            _own[channelId] = true;
        }
    }
}
