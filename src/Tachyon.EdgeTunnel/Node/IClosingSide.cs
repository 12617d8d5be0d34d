using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>What a close by this side alone needs of the tunnels.</summary>
internal interface IClosingSide
{
    /// <summary>
    /// Ends the channel's session in order, its last units exchanged, within the session's own time limit; returns at once
    /// where there is none. Called when no further session is admitted.
    /// </summary>
    Task EndSessionAsync(ChannelId channelId);

    /// <summary>The newest durable units of the channel.</summary>
    Task<ChannelEvidence> EvidenceAsync(ChannelRecord channel, CancellationToken cancellationToken);
}
