using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>Whole nodes in TUN mode: a channel is bought, packets go through it, it is closed, and the money adds up.</summary>
public sealed class TunNodeTests
{
    private const string Device = "tachyon0";
    private const string Internet = "11.22.33.44";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Nodes_InTunMode_CarryPacketsAndSettle()
    {
        using var world = new NodeWorld();
        using var consumerNetwork = Add(world, "consumer");
        using var providerNetwork = Add(world, "provider");
        providerNetwork.Ip.Run([$"addr add {Internet}/32 dev lo"]);
        await using var provider = world.StartProvider(with: options => options with { Tun = Device });
        await using var consumer = world.StartConsumer(with: options => options with { Tun = Device });
        await consumer.ServingAsync();
        await PingAsync(consumerNetwork);

        var channel = consumer.OnlyChannel;
        consumer.Close(channel);
        await consumer.UntilAsync(status => status.Channels[0].Close?.State == "settled", "the channel is settled");
        await consumer.StopAsync();

        // Stopped in order: the device is gone and the ways are open again.
        Assert.Equal(SocketError.NetworkUnreachable, consumerNetwork.Run(Send));
    }

    [Fact]
    public async Task Consumer_InTunMode_LeavesAProviderThatCarriesNoPackets()
    {
        using var world = new NodeWorld();
        using var consumerNetwork = Add(world, "consumer");
        await using var provider = world.StartProvider();
        await using var consumer = world.StartConsumer(with: options => options with { Tun = Device });
        await consumer.UntilAsync(status => status.Channels.Count == 1, "a channel");
        await Eventually.TrueAsync(() => consumer.Status.State == "connecting", "a wait for another try", Patience);
    }

    [Fact]
    public async Task ForwardingCommandsOfTheDocument_LetConsumersOutUnderTheProvidersAddress_AndToNoPrivateOne()
    {
        const string internet = "21.22.23.44";
        using var world = new NodeWorld();
        using var consumerNetwork = Add(world, "consumer");
        using var providerNetwork = Add(world, "provider");
        using var internetNetwork = new NetworkNamespace("i");
        providerNetwork.Ip.Run(
        [
            $"link add out0 type veth peer name in0 netns {internetNetwork.Name}", "addr add 21.22.23.1/24 dev out0", "link set out0 up",
            $"route add 192.168.7.7/32 via {internet} dev out0",
        ]);
        internetNetwork.Ip.Run([$"addr add {internet}/24 dev in0", "addr add 192.168.7.7/32 dev lo", "link set in0 up"]);
        Assert.True(AddressRange.TryParse("192.168.7.7", out var allowed));

        // The node's own lock is opened for one private address, so that the second lock shows.
        await using var provider = world.StartProvider(with: options => options with { Tun = Device, EgressAllow = [.. options.EgressAllow, allowed!] });
        await provider.ServingAsync();
        RunAsDocumented(providerNetwork);
        await using var consumer = world.StartConsumer(with: options => options with { Tun = Device });
        await consumer.ServingAsync();
        using var server = internetNetwork.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            return socket;
        });
        var port = ((IPEndPoint)server.LocalEndPoint!).Port;
        using var client = consumerNetwork.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        await client.SendToAsync("private"u8.ToArray(), new IPEndPoint(IPAddress.Parse("192.168.7.7"), port));
        await client.SendToAsync("public"u8.ToArray(), new IPEndPoint(IPAddress.Parse(internet), port));

        var buffer = new byte[100];
        var received = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(Patience);
        Assert.Equal("public"u8, buffer.AsSpan(0, received.ReceivedBytes));
        Assert.Equal("21.22.23.1", ((IPEndPoint)received.RemoteEndPoint).Address.ToString());
        await server.SendToAsync("answer"u8.ToArray(), received.RemoteEndPoint);
        var answered = await client.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(Patience);
        Assert.Equal("answer"u8, buffer.AsSpan(0, answered.ReceivedBytes));
    }

    // Line by line as a provider's owner would copy them.
    private static void RunAsDocumented(NetworkNamespace network)
    {
        var lines = File.ReadLines(RepositoryRoot.Combine("docs", "edge.md"))
            .Where(line => line.StartsWith("    sysctl ", StringComparison.Ordinal) || line.StartsWith("    nft ", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, lines.Count);
        foreach (var line in lines)
        {
            using var shell = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", network.Name, "sh", "-c", line.Trim()]) { RedirectStandardOutput = true })!;
            shell.StandardOutput.ReadToEnd();
            shell.WaitForExit();
            Assert.True(shell.ExitCode == 0, line);
        }
    }

    private static NetworkNamespace Add(NodeWorld world, string name)
    {
        var network = new NetworkNamespace(name[..1]);
        world.Machines[name] = new TunMachine { Ip = network.Ip, OpenDevice = device => network.Run(() => TunDevice.Open(device)) };
        return network;
    }

    private static Task PingAsync(NetworkNamespace network) => Eventually.TrueAsync(
        () => network.Run(() =>
        {
            using var ping = new Ping();
            return ping.Send(IPAddress.Parse(Internet), 1_000).Status == IPStatus.Success;
        }),
        "an answer",
        Patience);

    private static SocketError Send()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return Assert.Throws<SocketException>(() => socket.SendTo("x"u8, new IPEndPoint(IPAddress.Parse(Internet), 9))).SocketErrorCode;
    }
}
