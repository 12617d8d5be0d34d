using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>A consumer node's TUN mode: the device, the routes into it, and the way out for what carries the tunnel itself.</summary>
internal sealed partial class ConsumerTun : IDisposable
{
    private readonly ConsumerPackets _packets;
    private readonly ConsumerRoutes? _routes;
    private readonly ILogger _logger;

    private ConsumerTun(ConsumerPackets packets, ConsumerRoutes? routes, ILogger logger)
    {
        _packets = packets;
        _routes = routes;
        _logger = logger;
    }

    /// <summary>The device's paths.</summary>
    public ConsumerPackets Packets => _packets;

    /// <summary>Makes the device and closes all ways beside it, before anything can leave.</summary>
    /// <param name="device">Its name.</param>
    /// <param name="closes">Whether everything is led into it.</param>
    /// <param name="passing">Hosts that are reached beside the tunnel: the gateway's and the RPC endpoint's.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where messages go.</param>
    /// <exception cref="TunException">The machine does not allow it.</exception>
    public static ConsumerTun Start(string device, bool closes, IEnumerable<string> passing, TunMachine machine, TimeProvider time, ILogger logger)
    {
        var options = new PacketLinkOptions();
        var routes = new ConsumerRoutes(machine.Ip, device);
        var opened = machine.OpenDevice(device);
        try
        {
            if (closes)
            {
                routes.Close(options.MtuBytes, passing.SelectMany(host => Resolve(host, logger)));
            }
            else
            {
                machine.Ip.Run([$"link set dev {device} mtu {options.MtuBytes} up"]);
            }

            return new ConsumerTun(new ConsumerPackets(opened, routes.Configure, UdpPort.Connect, options, time, logger), closes ? routes : null, logger);
        }
        catch
        {
            routes.Clear();
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the way to a provider open beside the tunnel.</summary>
    /// <exception cref="TunException">The machine does not allow it.</exception>
    public void LetPass(string host)
    {
        foreach (var address in _routes is null ? [] : Resolve(host, _logger))
        {
            _routes!.LetPass(address);
        }
    }

    /// <summary>Leads packets through a session, until it ends.</summary>
    public Task<bool> AttachAsync(ConsumerTunnel tunnel, CancellationToken cancellationToken) => _packets.AttachAsync(tunnel, cancellationToken);

    /// <summary>Removes the device, and opens the ways that were closed.</summary>
    public void Dispose()
    {
        _packets.Dispose();
        _routes?.Clear();
    }

    private static IPAddress[] Resolve(string host, ILogger logger)
    {
        try
        {
            return Dns.GetHostAddresses(host);
        }
        catch (SocketException fault)
        {
            LogUnresolved(logger, host, fault.Message);
            return [];
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Host} cannot be resolved, so it is reached through the tunnel only: {Reason}")]
    private static partial void LogUnresolved(ILogger logger, string host, string reason);
}
