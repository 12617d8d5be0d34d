using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>A consumer's part of closing: direct channels over sessions with their providers, locks through their proxy's gateway.</summary>
internal sealed class ClosingSides(ConsumerSessions direct) : IClosureSigning, IClosingSide
{
    /// <summary>What closes locks; null for a node that was started without a route.</summary>
    public RouteKeeper? Locks { get; set; }

    public Task<string> SignAsync(ChannelRecord channel, bool isAsked, CancellationToken cancellationToken)
    {
        if (channel.Terms.Kind != ChannelKind.Lock)
        {
            return direct.SignAsync(channel, isAsked, cancellationToken);
        }

        return Locks?.SignAsync(channel, isAsked, cancellationToken)
            ?? Task.FromResult($"it is a lock: start the node with --proxy {channel.Terms.Provider} to close it together, or force the close");
    }

    public ulong CountedBytes(ChannelRecord channel) => direct.CountedBytes(channel);

    public async Task EndSessionAsync(ChannelId channelId)
    {
        await direct.EndSessionAsync(channelId);
        await (Locks?.EndSessionAsync(channelId) ?? Task.CompletedTask);
    }

    public Task<ChannelEvidence> EvidenceAsync(ChannelRecord channel, CancellationToken cancellationToken) =>
        direct.EvidenceAsync(channel, cancellationToken);
}
