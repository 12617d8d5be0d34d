using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>The provider's part of signing closures: over the session that the consumer keeps, or not at all.</summary>
internal sealed class ProviderSessions(UnitEngines engines) : IClosureSigning, IClosingSide
{
    private volatile ProviderTunnel? _tunnel;

    public void Attach(ProviderTunnel tunnel) => _tunnel = tunnel;

    public async Task<string> SignAsync(ChannelRecord channel, bool isAsked, CancellationToken cancellationToken)
    {
        engines.SeePaid(channel.ChannelId, channel.PaidBytes);
        var end = _tunnel is { } tunnel ? await tunnel.CloseChannelAsync(channel.ChannelId) : null;
        return end?.Detail ?? "the consumer is not connected, so it cannot sign now; try again when it is";
    }

    public async Task EndSessionAsync(ChannelId channelId)
    {
        if (_tunnel is { } tunnel)
        {
            await tunnel.EndSessionAsync(channelId, GoodbyeReason.ChannelClosed, "this node closes the channel");
        }
    }

    public Task<ChannelEvidence> EvidenceAsync(ChannelRecord channel, CancellationToken cancellationToken) =>
        engines.EvidenceAsync(channel, cancellationToken);

    public ulong CountedBytes(ChannelRecord channel) => engines.CountedBytes(channel.ChannelId);
}
