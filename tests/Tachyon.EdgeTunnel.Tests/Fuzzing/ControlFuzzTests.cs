using System.Net.Sockets;
using System.Text;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tests.Control;
using Tachyon.Testing;
using Tachyon.Testing.Fuzzing;

namespace Tachyon.EdgeTunnel.Tests.Fuzzing;

[Trait("Category", "Fuzz")]
public sealed class ControlFuzzTests
{
    private static readonly byte[][] Requests =
    [
        "GET /v1/status HTTP/1.1\r\nHost: node\r\n\r\n"u8.ToArray(),
        "GET http://node/v1/channels HTTP/1.0\r\nHost: node\r\n\r\n"u8.ToArray(),
        "POST /v1/channels/0x00/force-close?via=own&x=%41+%zz HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(),
        "POST /v1/channels/0x00/top-up?capacityBytes=18446744073709551615 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"u8.ToArray(),
    ];

    [Fact]
    public Task ControlRequests_HoweverChanged_AreReadOrRefused_AndNoBeginningLies() => Fuzzer.RunAsync(
        Requests,
        (input, random) =>
        {
            var parse = ControlRequest.TryRead(input, out var request, out var readBytes);
            Assert.Equal(parse == ControlParse.Complete, request is not null);
            Assert.InRange(readBytes, 0, input.Length);
            Assert.InRange(request?.ContentBytes ?? 0, 0, ControlRequest.MaxBytes);
            _ = request?.FromQuery("via");
            Splits.BeginningsAgree(
                input, random, bytes => ControlRequest.TryRead(bytes, out _, out var read) is not ControlParse.Incomplete and var said ? $"{said} {read}" : null);
        });

    [Fact]
    public async Task ControlClients_WhateverTheySend_NeitherStopTheSocketNorKeepItsPlaces()
    {
        using var directory = new TemporaryDirectory();
        var data = new DataDirectory(directory.Path);
        await using var server = ControlServer.Start(data, new FakeControlledNode());
        await Fuzzer.RunAsync(
            Requests,
            async (input, random) =>
            {
                try
                {
                    using var client = await ConnectAsync(data);
                    foreach (var piece in Splits.Of(input, random))
                    {
                        await client.SendAsync(piece);
                    }

                    if (random.Next(2) == 0)
                    {
                        // To the end of the answer, which comes as soon as no more does; others leave without waiting for one.
                        client.Shutdown(SocketShutdown.Send);
                        await using var stream = new NetworkStream(client);
                        await stream.CopyToAsync(Stream.Null);
                    }
                }
                catch (Exception fault) when (fault is SocketException or IOException)
                {
                    // Hung up on, or more are waiting than may: most leave without waiting themselves.
                }
            },
            cases: 300);

        using var next = await ConnectAsync(data);
        await next.SendAsync(Requests[0]);
        using var reader = new StreamReader(new NetworkStream(next), Encoding.UTF8);
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static async Task<Socket> ConnectAsync(DataDirectory data)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(data.ControlSocketPath));
        return socket;
    }
}
