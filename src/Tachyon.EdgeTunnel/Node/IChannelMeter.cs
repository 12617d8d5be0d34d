using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Shows what a channel's unit engine has counted. Thread-safe; must not wait.</summary>
internal interface IChannelMeter
{
    /// <summary>Null for a channel whose engine was not needed yet in this process.</summary>
    ChannelStats? Find(ChannelId channelId);
}
