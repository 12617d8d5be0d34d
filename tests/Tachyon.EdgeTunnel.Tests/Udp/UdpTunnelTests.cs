using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Udp;

/// <summary>UDP from a SOCKS client through a metered tunnel to real sockets and back.</summary>
public sealed class UdpTunnelTests : IDisposable
{
    private readonly TestChannel _channel = new();

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("echo.example.org")]
    public async Task Datagram_ToAnEchoServer_ComesBackAndBothEndsCountTheSame(string host)
    {
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: Exit());
        await using var proxy = Start(pair);
        using var echo = new UdpEchoServer(host == "::1" ? IPAddress.IPv6Loopback : IPAddress.Loopback);
        using var client = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);

        await client.SendAsync(host, echo.Port, "ping"u8);
        var (from, data) = await client.ReceiveAsync();

        Assert.Equal(host == "::1" ? $"[::1]:{echo.Port}" : $"127.0.0.1:{echo.Port}", from);
        Assert.Equal("ping"u8.ToArray(), data);
        await Eventually.TrueAsync(() => pair.ConsumerStats.OwnBytes == pair.ProviderStats.OwnBytes && pair.ProviderStats.OwnBytes > 8, "counts agree");
    }

    [Fact]
    public async Task Datagrams_ManyAndLarge_ArriveWholeWithTheirBoundaries()
    {
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: Exit());
        await using var proxy = Start(pair);
        using var echo = new UdpEchoServer();
        using var client = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);
        foreach (var length in new[] { 0, 1, 1_200, 9_000, 60_000, 65_000, 3 })
        {
            var sent = RandomNumberGenerator.GetBytes(length);
            await client.SendAsync("127.0.0.1", echo.Port, sent);
            Assert.Equal(sent, (await client.ReceiveAsync()).Data);
        }
    }

    [Fact]
    public async Task Datagram_FromAStranger_NeitherReachesTheClientNorCounts()
    {
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: Exit());
        await using var proxy = Start(pair);
        using var echo = new UdpEchoServer();
        using var stranger = new UdpEchoServer();
        using var client = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);
        await client.SendAsync("127.0.0.1", echo.Port, "first"u8);
        await client.ReceiveAsync();
        await Eventually.TrueAsync(() => pair.ConsumerStats.OwnBytes == pair.ProviderStats.OwnBytes, "counts agree");
        var counted = pair.ProviderStats.OwnBytes;

        // The same address, another port: nobody that was sent to.
        var exitPort = ((IPEndPoint)echo.LastSender!).Port;
        await stranger.Socket.SendToAsync(new byte[1_000], new IPEndPoint(IPAddress.Loopback, exitPort));
        await client.SendAsync("127.0.0.1", echo.Port, "again"u8);

        // What the socket received first was looked at first.
        Assert.Equal("again"u8.ToArray(), (await client.ReceiveAsync()).Data);
        await Eventually.TrueAsync(() => pair.ConsumerStats.OwnBytes == pair.ProviderStats.OwnBytes, "counts agree");
        Assert.InRange(pair.ProviderStats.OwnBytes - counted, 10ul, 100ul);
    }

    [Fact]
    public async Task Datagram_ToARefusedAddress_IsDroppedAtTheExit()
    {
        await using var pair = await TunnelPair.ConnectAsync(
            _channel, exit: Exit("127.0.0.1", new Names(IPAddress.Parse("127.0.0.2"), IPAddress.Parse("169.254.169.254"), IPAddress.Loopback)));
        await using var proxy = Start(pair);
        using var secret = new UdpEchoServer(IPAddress.Parse("127.0.0.2"));
        using var client = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);

        await client.SendAsync("127.0.0.2", secret.Port, "in"u8);
        await client.SendAsync("::ffff:127.0.0.2", secret.Port, "in"u8);

        // A name that leads there too goes to the one of its addresses that is allowed.
        using var open = new UdpEchoServer();
        await client.SendAsync("rebind.example.org", open.Port, "by name"u8);
        Assert.Equal(($"127.0.0.1:{open.Port}", "by name"), await TextAsync(client));
        Assert.Equal(0, secret.Received);
    }

    [Fact]
    public async Task Relay_FragmentsStrangersAndNonsense_AreDropped()
    {
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: Exit());
        await using var proxy = Start(pair);
        using var echo = new UdpEchoServer();
        using var client = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);
        await client.SendAsync("127.0.0.1", echo.Port, "first"u8);
        await client.ReceiveAsync();
        using var neighbour = SocksUdpClient.NewSocket(client.Relay);

        await client.SendAsync("127.0.0.1", echo.Port, "fragment"u8, fragment: 1);
        await client.Udp.SendToAsync(new byte[] { 0, 0, 0, 9, 9, 9 }, client.Relay);
        await client.Udp.SendToAsync(Array.Empty<byte>(), client.Relay);
        await neighbour.SendToAsync(SocksUdpClient.Datagram("127.0.0.1", echo.Port, "neighbour"u8), client.Relay);
        await client.SendAsync("127.0.0.1", echo.Port, "second"u8);

        Assert.Equal("second", (await TextAsync(client)).Data);
        Assert.Equal(2, echo.Received);
    }

    [Fact]
    public async Task ControlConnection_Ends_AssociationEndsAtBothEnds()
    {
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: Exit());
        await using var proxy = Start(pair);
        using var client = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);
        Assert.Equal(1, pair.Consumer.Snapshot().Streams);

        client.Control.Dispose();

        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0, "the consumer has no stream");
        await Eventually.TrueAsync(() => pair.Provider.Snapshot(pair.Test.Channel.ChannelId) is { Streams: 0 }, "the exit has no association");
    }

    [Fact]
    public async Task Association_Idle_EndsAtTheExitAndTheNextDatagramOpensAnother()
    {
        var time = new FakeTimeProvider();
        var exit = new ExitConnector(Loopback("127.0.0.0/8"), new Names(IPAddress.Loopback), new ExitOptions(), time);
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: exit);
        await using var proxy = Start(pair);
        using var echo = new UdpEchoServer();
        using var client = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);
        await client.SendAsync("127.0.0.1", echo.Port, "first"u8);
        await client.ReceiveAsync();

        time.Advance(TimeSpan.FromMinutes(6));
        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0, "the stream has ended");
        await client.SendAsync("127.0.0.1", echo.Port, "second"u8);

        Assert.Equal("second", (await TextAsync(client)).Data);
        Assert.Equal(1, pair.Consumer.Snapshot().Streams);
    }

    [Fact]
    public async Task Session_Lost_AssociationGoesOnOverTheNext()
    {
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: Exit());
        var router = new Tachyon.EdgeTunnel.Node.StreamRouter(TimeSpan.FromSeconds(20), TimeProvider.System);
        router.Attach(pair.Consumer);
        await using var proxy = ProxyServer.Start(new ProxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, router, TimeProvider.System, NullLogger.Instance);
        using var echo = new UdpEchoServer();
        using var client = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);
        await client.SendAsync("127.0.0.1", echo.Port, "first"u8);
        await client.ReceiveAsync();

        router.Detach();
        await pair.Consumer.DisposeAsync();
        await pair.ConnectAsync();
        router.Attach(pair.Consumer);
        await client.SendAsync("127.0.0.1", echo.Port, "second"u8);

        Assert.Equal("second", (await TextAsync(client)).Data);
    }

    [Fact]
    public async Task Association_BeyondTheLimit_IsRefused()
    {
        await using var pair = await TunnelPair.ConnectAsync(_channel, exit: Exit());
        await using var proxy = ProxyServer.Start(
            new ProxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), MaxAssociations = 1 }, pair.Consumer, TimeProvider.System, NullLogger.Instance);
        using var first = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);

        var (control, reply) = await SocksUdpClient.AskAsync(proxy.LocalEndPoint);

        Assert.Equal(1, reply[1]);
        control.Dispose();
        first.Control.Dispose();
        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0, "the first has ended");
        using var next = await SocksUdpClient.AssociateAsync(proxy.LocalEndPoint);
    }

    private static ProxyServer Start(TunnelPair pair) => ProxyServer.Start(
        new ProxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, pair.Consumer, TimeProvider.System, NullLogger.Instance);

    private static async Task<(string From, string Data)> TextAsync(SocksUdpClient client)
    {
        var (from, data) = await client.ReceiveAsync();
        return (from, System.Text.Encoding.ASCII.GetString(data));
    }

    private static ExitConnector Exit(string allowed = "127.0.0.0/8", IExitResolver? resolver = null) =>
        new(Loopback(allowed), resolver ?? new Names(IPAddress.Loopback), new ExitOptions(), TimeProvider.System);

    private static EgressPolicy Loopback(string allowed)
    {
        Assert.True(AddressRange.TryParse(allowed, out var four));
        Assert.True(AddressRange.TryParse("::1", out var six));
        return new EgressPolicy([four!, six!]);
    }

    private sealed class Names(params IPAddress[] addresses) : IExitResolver
    {
        public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) => Task.FromResult(addresses);
    }
}
