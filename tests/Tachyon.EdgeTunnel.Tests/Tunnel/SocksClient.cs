using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A client that asks a SOCKS 5 proxy for a target by name.</summary>
internal static class SocksClient
{
    public static async Task<Socket> ConnectAsync(IPEndPoint proxy, string host, int port)
    {
        var (socket, reply) = await RequestAsync(proxy, host, port);
        Assert.Equal(0, reply);
        return socket;
    }

    /// <summary>Asks, and gives the reply code.</summary>
    public static async Task<(Socket Socket, byte Reply)> RequestAsync(IPEndPoint proxy, string host, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(proxy);
        await socket.SendAsync(new byte[] { 5, 1, 0 });
        Assert.Equal([5, 0], await ReadAsync(socket, 2));
        var name = Encoding.ASCII.GetBytes(host);
        await socket.SendAsync((byte[])[5, 1, 0, 3, (byte)name.Length, .. name, (byte)(port >> 8), (byte)port]);
        var reply = await ReadAsync(socket, 10);
        Assert.Equal(5, reply[0]);
        return (socket, reply[1]);
    }

    public static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var n = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(Eventually.DefaultTimeout);
            Assert.NotEqual(0, n);
            read += n;
        }

        return bytes;
    }
}
