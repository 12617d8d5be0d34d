using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.TunnelBench.Nodes;

/// <summary>
/// One side of a tunnel in TUN mode as a process: the node's own devices, paths, engines and journal, without chain and gateway.
/// </summary>
internal static class BenchTun
{
    private const string Device = "tachyon0";

    private static readonly AddressPool Pool = new(IPNetwork.Parse("10.73.0.0/24"), IPNetwork.Parse("fd73::/64"));

    /// <summary>The provider's address in the tunnel, which the benchmark's server listens on.</summary>
    public static IPAddress Server => Pool.Own.IPv4;

    public static async Task ProvideAsync(string directory, IPEndPoint listen, CancellationToken stop)
    {
        await using var parts = BenchNode.Open(directory, BenchChannel.Provider);
        if (!AddressRange.TryParse($"{Server}", out var own))
        {
            throw new InvalidOperationException($"{Server} is no address.");
        }

        var options = new PacketLinkOptions();
        var device = TunDevice.Open(Device);
        new IpCommand().Run(ProviderDevice.SetupCommands(Device, Pool, options.MtuBytes));
        using var packets = new ProviderPackets(
            device, UdpPort.Listen(listen), Pool, new EgressPolicy([own!]), options, TimeProvider.System, NullLogger.Instance);
        var exit = new NodeExit(new EgressPolicy(), new SystemResolver(), new ExitOptions(), new ExitLimits(), TimeProvider.System);
        await using var tunnel = ProviderTunnel.Start(listen, parts.Context with { Packets = packets }, new BenchChannel.Directory(), exit);
        Console.WriteLine("ready");
        await BenchNode.ForeverAsync(stop);
    }

    public static async Task ConnectAsync(string directory, IPEndPoint provider, CancellationToken stop)
    {
        await using var parts = BenchNode.Open(directory, BenchChannel.Consumer);
        using var tun = ConsumerTun.Start(Device, closes: true, [$"{provider.Address}"], new TunMachine(), TimeProvider.System, NullLogger.Instance);
        var connection = await ConsumerTunnel.ConnectAsync($"{provider.Address}", provider.Port, BenchChannel.Channel, parts.Context, stop);
        await using var tunnel = connection.Tunnel ?? throw new InvalidOperationException($"{connection.Fault}: {connection.Detail}");
        if (!await tun.AttachAsync(tunnel, stop))
        {
            throw new InvalidOperationException("the provider carries no packets");
        }

        Console.WriteLine("ready");
        var end = await Task.WhenAny(tunnel.Completion, BenchNode.ForeverAsync(stop));
        if (end is Task<SessionEnd> ended)
        {
            throw new InvalidOperationException($"the session ended: {(await ended).Detail}");
        }
    }
}
