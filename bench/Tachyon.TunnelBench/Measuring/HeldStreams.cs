using System.Net;
using System.Net.Sockets;
using System.Text;
using Tachyon.Demo;
using Tachyon.TunnelBench.Peers;

namespace Tachyon.TunnelBench.Measuring;

/// <summary>Holds many streams open at once and shows that each of them still works.</summary>
internal static class HeldStreams
{
    /// <returns>How many streams answered twice, the second time while all of them were open.</returns>
    public static async Task<int> CountAsync(Contestant way, FileServer server, int streams, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(120));
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < streams; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                sockets.Add(socket);
                await OpenAsync(socket, way.SocksPort!.Value, server.Port, limit.Token);
                await FetchAsync(socket, limit.Token);
            }

            var answered = sockets.Select(socket => FetchAsync(socket, limit.Token)).ToArray();
            await Task.WhenAll(answered);
            return answered.Length;
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task OpenAsync(Socket socket, int socksPort, int targetPort, CancellationToken stop)
    {
        await socket.ConnectAsync(IPAddress.Loopback, socksPort, stop);
        await socket.SendAsync((byte[])[5, 1, 0], stop);
        await ReceiveAsync(socket, new byte[2], stop);
        await socket.SendAsync((byte[])[5, 1, 0, 1, 127, 0, 0, 1, (byte)(targetPort >> 8), (byte)targetPort], stop);
        var reply = new byte[10];
        await ReceiveAsync(socket, reply, stop);
        if (reply[1] != 0)
        {
            throw new DemoFailure($"a stream was refused with SOCKS reply {reply[1]}.");
        }
    }

    private static async Task FetchAsync(Socket socket, CancellationToken stop)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /{FileServer.Byte} HTTP/1.1\r\nHost: benchmark\r\n\r\n"), stop);

        // The answer is a header and one byte.
        var received = new byte[4_096];
        var length = 0;
        while (true)
        {
            var count = await socket.ReceiveAsync(received.AsMemory(length), stop);
            if (count == 0)
            {
                throw new DemoFailure("a held stream was closed.");
            }

            length += count;
            var end = received.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0 && length == end + 5)
            {
                return;
            }
        }
    }

    private static async Task ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken stop)
    {
        while (!buffer.IsEmpty)
        {
            var count = await socket.ReceiveAsync(buffer, stop);
            buffer = count > 0 ? buffer[count..] : throw new DemoFailure("the SOCKS server hung up.");
        }
    }
}
