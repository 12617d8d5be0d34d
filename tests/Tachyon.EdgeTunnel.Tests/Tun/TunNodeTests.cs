using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
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
