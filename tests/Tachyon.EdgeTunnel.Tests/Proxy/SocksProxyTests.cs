using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Proxy;

public sealed class SocksProxyTests
{
    [Theory]
    [InlineData(OpenOutcome.RefusedByPolicy, 2)]
    [InlineData(OpenOutcome.NetworkUnreachable, 3)]
    [InlineData(OpenOutcome.NotServing, 3)]
    [InlineData(OpenOutcome.NameNotFound, 4)]
    [InlineData(OpenOutcome.HostUnreachable, 4)]
    [InlineData(OpenOutcome.ConnectionRefused, 5)]
    [InlineData(OpenOutcome.TimedOut, 6)]
    [InlineData(OpenOutcome.TooManyStreams, 1)]
    [InlineData(OpenOutcome.Failed, 1)]
    public async Task Connect_StreamFails_ClientIsToldWhy(OpenOutcome outcome, byte reply)
    {
        await using var socks = Start(new FixedOpener(outcome));

        var (socket, code) = await SocksClient.RequestAsync(socks.LocalEndPoint, "example.org", 80);

        Assert.Equal(reply, code);
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Eventually.DefaultTimeout));
        socket.Dispose();
    }

    [Fact]
    public async Task Connect_Succeeds_BytesFlowBothWays()
    {
        await using var pair = new SessionPair();
        await using var socks = Start(new SessionOpener(pair.Consumer));

        using var client = await SocksClient.ConnectAsync(socks.LocalEndPoint, "example.org", 80);
        var target = await pair.Exit.NextAsync();
        await client.SendAsync("ping"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("ping"u8.ToArray(), await target.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout));
        await target.Writer.WriteAsync("pong"u8.ToArray());
        await target.Writer.CompleteAsync();

        Assert.Equal("pong"u8.ToArray(), await SocksClient.ReadAsync(client, 4));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Eventually.DefaultTimeout));
    }

    [Theory]
    [InlineData("05020001c00002070050", 7)] // BIND
    [InlineData("0501000900", 8)] // no such address type
    [InlineData("05010003000050", 4)] // no name
    public async Task Request_NotServed_IsAnsweredWithItsCode(string request, byte reply)
    {
        await using var socks = Start(new FixedOpener(OpenOutcome.Connected));
        using var client = await ConnectAsync(socks);
        await client.SendAsync(Convert.FromHexString("050100"));
        await SocksClient.ReadAsync(client, 2);

        await client.SendAsync(Convert.FromHexString(request));

        Assert.Equal(reply, (await SocksClient.ReadAsync(client, 10))[1]);
    }

    [Theory]
    [InlineData("16030100")] // a TLS client
    [InlineData("04010050")] // SOCKS 4
    public async Task Client_SpeakingSomethingElse_IsHungUpOn(string hex)
    {
        await using var socks = Start(new FixedOpener(OpenOutcome.Connected));
        using var client = await ConnectAsync(socks);

        await client.SendAsync(Convert.FromHexString(hex));

        await ExpectHangUpAsync(client);
    }

    [Fact]
    public async Task Client_WithoutTheMethodAskedFor_IsRefused()
    {
        await using var socks = Start(new FixedOpener(OpenOutcome.Connected), new ProxyCredentials("user", "secret"));
        using var client = await ConnectAsync(socks);

        await client.SendAsync(Convert.FromHexString("050100"));

        Assert.Equal([5, 0xff], await SocksClient.ReadAsync(client, 2));
        await ExpectHangUpAsync(client);
    }

    [Theory]
    [InlineData("74", true)]
    [InlineData("75", false)]
    public async Task Client_WithPassword_IsLetInOnlyWhenItIsRight(string lastByte, bool right)
    {
        await using var socks = Start(new FixedOpener(OpenOutcome.HostUnreachable), new ProxyCredentials("user", "secret"));
        using var client = await ConnectAsync(socks);
        await client.SendAsync(Convert.FromHexString("05020002"));
        Assert.Equal([5, 2], await SocksClient.ReadAsync(client, 2));

        await client.SendAsync(Convert.FromHexString("010475736572067365637265"));
        await client.SendAsync(Convert.FromHexString(lastByte));

        Assert.Equal([1, right ? (byte)0 : (byte)1], await SocksClient.ReadAsync(client, 2));
        if (right)
        {
            await client.SendAsync(Convert.FromHexString("05010001c00002070050"));
            Assert.Equal(4, (await SocksClient.ReadAsync(client, 10))[1]);
        }
        else
        {
            await ExpectHangUpAsync(client);
        }
    }

    [Fact]
    public async Task Client_Silent_IsHungUpOn()
    {
        var time = new FakeTimeProvider();
        await using var socks = ProxyServer.Start(Options(null), new FixedOpener(OpenOutcome.Connected), time, NullLogger.Instance);
        using var client = await ConnectAsync(socks);
        await client.SendAsync(Convert.FromHexString("050100"));
        await SocksClient.ReadAsync(client, 2);

        time.Advance(TimeSpan.FromSeconds(11));

        await ExpectHangUpAsync(client);
    }

    private static ProxyServer Start(IStreamOpener opener, ProxyCredentials? credentials = null) =>
        ProxyServer.Start(Options(credentials), opener, TimeProvider.System, NullLogger.Instance);

    private static ProxyOptions Options(ProxyCredentials? credentials) =>
        new() { Listen = new IPEndPoint(IPAddress.Loopback, 0), Credentials = credentials };

    private static async Task<Socket> ConnectAsync(ProxyServer socks)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(socks.LocalEndPoint);
        return socket;
    }

    private static async Task ExpectHangUpAsync(Socket client)
    {
        try
        {
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Eventually.DefaultTimeout));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // What the client had sent and nobody read makes it a reset: hung up all the same.
        }
    }
}
