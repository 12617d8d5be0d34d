using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Http;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tests.Proxy;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Testing;
using Tachyon.Testing.Fuzzing;

namespace Tachyon.EdgeTunnel.Tests.Fuzzing;

[Trait("Category", "Fuzz")]
public sealed class ProxyFuzzTests
{
    private static readonly byte[][] Socks =
    [
        [5, 1, 0], [5, 3, 0, 1, 2], [1, 4, .. "user"u8, 6, .. "secret"u8], [5, 1, 0, 1, 192, 0, 2, 7, 0, 80],
        [5, 1, 0, 3, 11, .. "example.org"u8, 1, 187], [5, 1, 0, 4, .. IPAddress.Parse("2001:db8::1").GetAddressBytes(), 0, 53],
        [5, 3, 0, 1, 0, 0, 0, 0, 0, 0], [5, 1, 0, 5, 1, 0, 3, 11, .. "example.org"u8, 1, 187, .. "early data"u8],
    ];

    private static readonly byte[][] Http =
    [
        "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\nProxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n"u8.ToArray(),
        "GET http://example.org/a?b=c#d HTTP/1.1\r\nHost: example.org\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n\r\n"u8.ToArray(),
        "POST http://[2001:db8::1]:8080/ HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"u8.ToArray(),
        "POST http://example.org/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"u8.ToArray(),
    ];

    [Fact]
    public Task SocksMessages_HoweverChanged_AreReadOrRefused_AndNoBeginningLies() => Fuzzer.RunAsync(Socks, (input, random) =>
    {
        Splits.BeginningsAgree(input, random, bytes => Said(SocksMessages.ReadGreeting(bytes, out var methods, out var read), methods, read, bytes));
        Splits.BeginningsAgree(
            input, random, bytes => Said(SocksMessages.ReadPassword(bytes, out var user, out var password, out var read), (user.Length, password.Length), read, bytes));
        Splits.BeginningsAgree(
            input, random, bytes => Said(SocksMessages.ReadRequest(bytes, out var command, out var target, out var read), (command, target), read, bytes));
    });

    [Fact]
    public Task SocksDatagrams_HoweverChanged_ArePassedOnWholeOrDropped() => Fuzzer.RunAsync(
        [
            [0, 0, 0, 1, 192, 0, 2, 7, 0, 53, .. "data"u8], [0, 0, 0, 3, 11, .. "example.org"u8, 0, 53], [0, 0, 1, 1, 192, 0, 2, 7, 0, 53],
            [0, 0, 0, 4, .. IPAddress.IPv6Loopback.GetAddressBytes(), 0, 53, .. "data"u8],
        ],
        (input, _) =>
        {
            if (SocksUdpHeader.TryRead(input, out var body))
            {
                Assert.Equal(FrameError.None, UdpMessage.TryRead(body, out var target, out var dataStart));
                Assert.True(target.Port != 0 && dataStart <= body.Length);
                Assert.Equal(input.Length - SocksUdpHeader.Bytes, body.Length);
            }
        });

    [Fact]
    public Task HttpHeads_HoweverChanged_AreReadOrRefused_AndWhatIsForwardedIsOneRequest() => Fuzzer.RunAsync(Http, (input, random) =>
    {
        var parse = HttpRequestHead.TryRead(input, out var head, out var readBytes);
        Assert.Equal(parse == HttpParse.Complete, head is not null);
        Assert.InRange(readBytes, 0, input.Length);
        Splits.BeginningsAgree(
            input, random, bytes => HttpRequestHead.TryRead(bytes, out _, out var read) is not HttpParse.Incomplete and var said ? $"{said} {read}" : null);
        if (head is { IsConnect: false })
        {
            var forwarded = Encoding.Latin1.GetString(head.ForServer());
            Assert.Equal(forwarded.Length - 4, forwarded.IndexOf("\r\n\r\n", StringComparison.Ordinal));
            Assert.DoesNotContain('\n', forwarded.Replace("\r\n", "", StringComparison.Ordinal));
            Assert.DoesNotContain("\nTransfer-Encoding:", forwarded, StringComparison.OrdinalIgnoreCase);
            Assert.True(head.ContentBytes == 0 || forwarded.Contains("\nContent-Length:", StringComparison.OrdinalIgnoreCase));
        }
    });

    [Fact]
    public async Task Clients_WhateverTheySend_NeitherStopTheProxyNorStay()
    {
        await using var pair = new SessionPair();
        await using var proxy = ProxyServer.Start(
            new ProxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, new SessionOpener(pair.Consumer), TimeProvider.System, NullLogger.Instance);
        await Fuzzer.RunAsync(
            [.. Socks, .. Http],
            async (input, random) =>
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await client.ConnectAsync(proxy.LocalEndPoint);
                try
                {
                    foreach (var piece in Splits.Of(input, random))
                    {
                        await client.SendAsync(piece);
                    }
                }
                catch (SocketException)
                {
                    // Hung up on.
                }

                // As some do who are done: without waiting for an answer.
                client.Close(0);
            },
            cases: 200);

        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0, "no stream is left", TimeSpan.FromMinutes(2));
        Assert.True(pair.Consumer.IsOpen);
        using var next = await SocksClient.ConnectAsync(proxy.LocalEndPoint, "example.org", 80);
    }

    private static string? Said<T>(SocksParse parse, T content, int readBytes, ReadOnlySpan<byte> bytes)
    {
        Assert.InRange(readBytes, 0, bytes.Length);
        return parse switch
        {
            SocksParse.Incomplete => null,
            SocksParse.Complete => $"{parse} {content} {readBytes}",
            _ => parse.ToString(),
        };
    }
}
