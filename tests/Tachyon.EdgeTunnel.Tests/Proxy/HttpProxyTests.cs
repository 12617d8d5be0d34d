using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Proxy;

public sealed class HttpProxyTests
{
    [Fact]
    public async Task Connect_Succeeds_BytesFlowBothWays()
    {
        await using var pair = new SessionPair();
        await using var proxy = Start(new SessionOpener(pair.Consumer));
        using var client = await ConnectAsync(proxy);

        // Some clients do not wait for the answer before they begin.
        await SendAsync(client, "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\nhel");
        var target = await pair.Exit.NextAsync();
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", await ReadAsync(client, 39));
        await SendAsync(client, "lo");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("hello"u8.ToArray(), await target.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout));
        await target.Writer.WriteAsync("world"u8.ToArray());
        await target.Writer.CompleteAsync();

        Assert.Equal("world", await ReadAllAsync(client));
    }

    [Fact]
    public async Task Forwarded_Request_ReachesItsServerAndNothingBehindItDoes()
    {
        await using var pair = new SessionPair();
        await using var proxy = Start(new SessionOpener(pair.Consumer));
        using var client = await ConnectAsync(proxy);

        await SendAsync(client, "PUT http://one.example.org/a HTTP/1.1\r\nContent-Length: 4\r\n\r\nbo");
        await SendAsync(client, "dyGET http://two.example.org/secret HTTP/1.1\r\nCookie: two\r\n\r\n");
        var target = await pair.Exit.NextAsync();
        const string expected = "PUT /a HTTP/1.1\r\nHost: one.example.org\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody";
        await Eventually.TrueAsync(() => pair.ConsumerEngine.Bytes == expected.Length, "the request is sent");
        await target.Writer.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
        await target.Writer.CompleteAsync();

        Assert.StartsWith("HTTP/1.1 204", await ReadAllAsync(client), StringComparison.Ordinal);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(expected, Encoding.Latin1.GetString(await target.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout)));
        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0, "the stream is done");
    }

    [Theory]
    [InlineData(OpenOutcome.RefusedByPolicy, "403")]
    [InlineData(OpenOutcome.NameNotFound, "502")]
    [InlineData(OpenOutcome.ConnectionRefused, "502")]
    [InlineData(OpenOutcome.TimedOut, "504")]
    [InlineData(OpenOutcome.TooManyStreams, "503")]
    [InlineData(OpenOutcome.NotServing, "503")]
    public async Task Stream_Fails_ClientIsToldWhyInASentence(OpenOutcome outcome, string status)
    {
        await using var proxy = Start(new FixedOpener(outcome));
        using var client = await ConnectAsync(proxy);

        await SendAsync(client, "CONNECT example.org:443 HTTP/1.1\r\n\r\n");

        var answer = await ReadAllAsync(client);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.EndsWith(".\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET https://example.org/ HTTP/1.1\r\n\r\n", "501")]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411")]
    public async Task Request_NotServed_IsAnsweredInASentence(string request, string status)
    {
        await using var proxy = Start(new FixedOpener(OpenOutcome.Failed));
        using var client = await ConnectAsync(proxy);

        await SendAsync(client, request);

        Assert.StartsWith($"HTTP/1.1 {status} ", await ReadAllAsync(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n", "502")]
    [InlineData("Proxy-Authorization: Basic dXNlcjp3cm9uZw==\r\n", "407")]
    [InlineData("Proxy-Authorization: Basic !\r\n", "407")]
    [InlineData("", "407")]
    public async Task Client_WithPassword_IsLetInOnlyWhenItIsRight(string field, string status)
    {
        await using var proxy = Start(new FixedOpener(OpenOutcome.Failed), new ProxyCredentials("user", "secret"));
        using var client = await ConnectAsync(proxy);

        await SendAsync(client, $"CONNECT example.org:443 HTTP/1.1\r\n{field}\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", await ReadAllAsync(client), StringComparison.Ordinal);
    }

    private static ProxyServer Start(IStreamOpener opener, ProxyCredentials? credentials = null) => ProxyServer.Start(
        new ProxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Credentials = credentials }, opener, TimeProvider.System, NullLogger.Instance);

    private static async Task<Socket> ConnectAsync(ProxyServer proxy)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(proxy.LocalEndPoint);
        return socket;
    }

    private static Task<int> SendAsync(Socket socket, string text) => socket.SendAsync(Encoding.Latin1.GetBytes(text));

    private static async Task<string> ReadAsync(Socket socket, int count) => Encoding.Latin1.GetString(await SocksClient.ReadAsync(socket, count));

    private static async Task<string> ReadAllAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[4_096];
        while (await socket.ReceiveAsync(buffer).WaitAsync(Eventually.DefaultTimeout) is > 0 and var count)
        {
            all.Write(buffer, 0, count);
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }
}
