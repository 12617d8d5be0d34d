using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>
/// A consumer and a provider in TUN mode, each with a device in a network of its own; the datagrams between them pass a stretch
/// of network that the test controls. In the provider's network an address stands for the internet.
/// </summary>
internal sealed class TunPair : IAsyncDisposable
{
    public static readonly IPAddress Internet = IPAddress.Parse("11.22.33.44");
    public static readonly IPAddress InternetV6 = IPAddress.Parse("2606:4700::1111");

    private const string Device = "tachyon0";

    private readonly UnitEngines _consumerEngines;
    private readonly UnitEngines _providerEngines;
    private readonly ProviderTunnel _provider;

    private TunPair(TestChannel channel, PacketLinkOptions options, ExitLimits limits)
    {
        Channel = channel;
        ConsumerNetwork = new NetworkNamespace("c");
        ProviderNetwork = new NetworkNamespace("p");
        var pool = new AddressPool(IPNetwork.Parse("10.73.0.0/24"), IPNetwork.Parse("fd73::/64"));
        var providerDevice = ProviderNetwork.Run(() => TunDevice.Open(Device));
        ProviderNetwork.Ip.Run(
        [
            .. ProviderDevice.SetupCommands(Device, pool, options.MtuBytes),
            $"addr add {Internet}/32 dev lo",
            $"-6 addr add {InternetV6}/128 dev lo nodad",
        ]);
        Packets = new ProviderPackets(
            providerDevice, UdpPort.Listen(new IPEndPoint(IPAddress.Loopback, 0)), pool, new EgressPolicy(), options, TimeProvider.System, NullLogger.Instance);
        Network = new LossyForwarder(new IPEndPoint(IPAddress.Loopback, Packets.LocalPort));
        (var providerContext, _providerEngines) = Context(channel.Provider);
        (ConsumerContext, _consumerEngines) = Context(channel.Consumer);
        _provider = ProviderTunnel.Start(
            new IPEndPoint(IPAddress.Loopback, 0),
            providerContext with { Packets = Packets },
            channel.Directory,
            new NodeExit(new EgressPolicy(), new SystemResolver(), new ExitOptions(), limits, TimeProvider.System));

        Routes = new ConsumerRoutes(ConsumerNetwork.Ip, Device);
        var consumerDevice = ConsumerNetwork.Run(() => TunDevice.Open(Device));
        Routes.Close(options.MtuBytes, []);
        Consumer = new ConsumerPackets(
            consumerDevice, Routes.Configure, _ => UdpPort.Connect(Network.EndPoint), options, TimeProvider.System, NullLogger.Instance);
    }

    public TestChannel Channel { get; }

    public NetworkNamespace ConsumerNetwork { get; }

    public NetworkNamespace ProviderNetwork { get; }

    public LossyForwarder Network { get; }

    public ProviderPackets Packets { get; }

    public ConsumerPackets Consumer { get; }

    public ConsumerRoutes Routes { get; }

    public TunnelContext ConsumerContext { get; }

    public ConsumerTunnel Tunnel { get; private set; } = null!;

    public PacketLink ProviderLink => Packets.Find(Channel.Channel.ChannelId)!;

    public ChannelStats ConsumerStats => _consumerEngines.Stats(Channel.Channel.ChannelId)!;

    public ChannelStats ProviderStats => _providerEngines.Stats(Channel.Channel.ChannelId)!;

    public static async Task<TunPair> ConnectAsync(TestChannel channel, PacketLinkOptions? options = null, ExitLimits? limits = null)
    {
        var pair = new TunPair(channel, options ?? new PacketLinkOptions(), limits ?? new ExitLimits());
        await pair.ConnectAsync();
        return pair;
    }

    public async Task ConnectAsync()
    {
        var connection = await ConsumerTunnel.ConnectAsync(
            "127.0.0.1", _provider.LocalEndPoint.Port, Channel.Channel, ConsumerContext, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(HandshakeFault.None, connection.Fault);
        Tunnel = connection.Tunnel!;
        Assert.True(await Consumer.AttachAsync(Tunnel, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout));
    }

    /// <summary>Pings from the consumer's network, until an answer comes.</summary>
    public Task PingAsync(IPAddress address) => Eventually.TrueAsync(
        () => ConsumerNetwork.Run(() =>
        {
            using var ping = new Ping();
            return ping.Send(address, 1_000).Status == IPStatus.Success;
        }),
        $"an answer of {address}",
        TimeSpan.FromMinutes(2));

    /// <summary>Sends bytes to a server in the internet that sends them back; they arrive as they were.</summary>
    public async Task EchoAsync(IPAddress address, int bytes)
    {
        using var listener = ProviderNetwork.Run(() =>
        {
            var server = new TcpListener(address, 0);
            server.Start();
            return server;
        });
        using var client = ConsumerNetwork.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        var accepting = listener.AcceptSocketAsync();
        await client.ConnectAsync(listener.LocalEndpoint).WaitAsync(TimeSpan.FromMinutes(2));
        using var accepted = await accepting;
        var echoing = EchoAsync(accepted);
        var sent = new byte[bytes];
        new Random(bytes).NextBytes(sent);
        await using var stream = new NetworkStream(client);
        var writing = Task.Run(async () =>
        {
            await stream.WriteAsync(sent);
            client.Shutdown(SocketShutdown.Send);
        });
        var received = new MemoryStream();
        await stream.CopyToAsync(received).WaitAsync(TimeSpan.FromMinutes(3));
        await Task.WhenAll(writing, echoing);
        Assert.True(sent.AsSpan().SequenceEqual(received.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        await Tunnel.DisposeAsync();
        await _provider.DisposeAsync();
        Consumer.Dispose();
        Packets.Dispose();
        Network.Dispose();
        _consumerEngines.Dispose();
        _providerEngines.Dispose();
        ConsumerNetwork.Dispose();
        ProviderNetwork.Dispose();
    }

    private static async Task EchoAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(stream);
        socket.Shutdown(SocketShutdown.Send);
    }

    private static (TunnelContext Context, UnitEngines Engines) Context(INodeSigner signer)
    {
        var verifier = new SignatureVerifier();
        var engines = new UnitEngines(new UnitEngineParts
        {
            Signer = signer,
            Verifier = verifier,
            Domain = TestChannel.Domain,
            Journal = new MemoryUnitJournal(),
            Time = TimeProvider.System,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        var context = new TunnelContext
        {
            Signer = signer,
            Verifier = verifier,
            Domain = TestChannel.Domain,
            Engines = engines,
            Services = new SessionServices(new TunnelOptions(), TimeProvider.System),
            LoggerFactory = NullLoggerFactory.Instance,
        };
        return (context, engines);
    }
}
