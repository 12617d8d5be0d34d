using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <content>TUN mode.</content>
internal sealed partial class ConsumerNode
{
    // Before anything else: from here on nothing leaves beside the tunnel.
    private ConsumerTun? StartTun()
    {
        if (_options.Tun is not { } device)
        {
            return null;
        }

        try
        {
            var tun = ConsumerTun.Start(
                device, _options.TunRoutes, [.. _options.Node.Gateways.Select(gateway => gateway.DnsSafeHost), _options.Node.Rpc.DnsSafeHost], _parts.Tun, _parts.Time,
                _parts.LoggerFactory.CreateLogger<ConsumerTun>());
            tun.Packets.Wanted += _router.Want;
            return tun;
        }
        catch (TunException fault)
        {
            throw new NodeException(NodeFault.EndpointUnavailable, fault.Message, fault);
        }
    }

    private void LetPass(ChannelRecord channel)
    {
        if (channel.Endpoint is { } endpoint && Endpoint.TrySplit(endpoint, out var host, out _))
        {
            _tun?.LetPass(host);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Provider {Provider} carries no packets, or not now")]
    private partial void LogNoPackets(Address provider);
}
