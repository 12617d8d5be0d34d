using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Udp;

/// <summary>A SOCKS 5 client with a UDP association: the control connection and a socket of its own.</summary>
internal sealed class SocksUdpClient : IDisposable
{
    private SocksUdpClient(Socket control, IPEndPoint relay)
    {
        Control = control;
        Relay = relay;
        Udp = NewSocket(relay);
    }

    public Socket Control { get; }

    public Socket Udp { get; }

    public IPEndPoint Relay { get; }

    public static async Task<SocksUdpClient> AssociateAsync(IPEndPoint proxy)
    {
        var (control, reply) = await AskAsync(proxy);
        Assert.Equal(0, reply[1]);
        var address = new IPAddress(await SocksClient.ReadAsync(control, reply[3] == 1 ? 4 : 16));
        var port = await SocksClient.ReadAsync(control, 2);
        return new SocksUdpClient(control, new IPEndPoint(address, (port[0] << 8) | port[1]));
    }

    /// <summary>Asks for an association, and gives the first four bytes of the reply.</summary>
    public static async Task<(Socket Control, byte[] Reply)> AskAsync(IPEndPoint proxy)
    {
        var control = new Socket(proxy.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await control.ConnectAsync(proxy);
        await control.SendAsync(new byte[] { 5, 1, 0 });
        Assert.Equal([5, 0], await SocksClient.ReadAsync(control, 2));
        await control.SendAsync(new byte[] { 5, 3, 0, 1, 0, 0, 0, 0, 0, 0 });
        return (control, await SocksClient.ReadAsync(control, 4));
    }

    /// <summary>A socket beside the client's own.</summary>
    public static Socket NewSocket(IPEndPoint relay)
    {
        var socket = new Socket(relay.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(relay.Address, 0));
        return socket;
    }

    public Task SendAsync(string host, int port, ReadOnlySpan<byte> data, byte fragment = 0) =>
        Udp.SendToAsync(Datagram(host, port, data, fragment), Relay);

    public static byte[] Datagram(string host, int port, ReadOnlySpan<byte> data, byte fragment = 0)
    {
        var address = IPAddress.TryParse(host, out var parsed)
            ? [parsed.AddressFamily == AddressFamily.InterNetwork ? (byte)1 : (byte)4, .. parsed.GetAddressBytes()]
            : (byte[])[3, (byte)host.Length, .. System.Text.Encoding.ASCII.GetBytes(host)];
        return [0, 0, fragment, .. address, (byte)(port >> 8), (byte)port, .. data];
    }

    /// <summary>The next answer: from whom, and its data.</summary>
    public async Task<(string From, byte[] Data)> ReceiveAsync()
    {
        var buffer = new byte[70_000];
        var count = await Udp.ReceiveAsync(buffer).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(new byte[3], buffer[..3]);
        Assert.Equal(FrameError.None, UdpMessage.TryRead(buffer.AsSpan(3, count - 3), out var from, out var dataStart));
        return (from.ToString(), buffer[(3 + dataStart)..count]);
    }

    public void Dispose()
    {
        Control.Dispose();
        Udp.Dispose();
    }
}
