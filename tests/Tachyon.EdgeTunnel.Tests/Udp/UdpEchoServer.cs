using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tests.Udp;

/// <summary>Sends every datagram back to its sender.</summary>
internal sealed class UdpEchoServer : IDisposable
{
    private int _received;

    public UdpEchoServer(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        Socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        Socket.Bind(new IPEndPoint(address, 0));
        _ = EchoAsync();
    }

    public Socket Socket { get; }

    public int Port => ((IPEndPoint)Socket.LocalEndPoint!).Port;

    public int Received => Volatile.Read(ref _received);

    /// <summary>Where the last datagram came from.</summary>
    public EndPoint? LastSender { get; private set; }

    public void Dispose() => Socket.Dispose();

    private async Task EchoAsync()
    {
        var buffer = new byte[70_000];
        try
        {
            while (true)
            {
                var from = await Socket.ReceiveFromAsync(buffer, new IPEndPoint(Socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
                LastSender = from.RemoteEndPoint;
                Interlocked.Increment(ref _received);
                await Socket.SendToAsync(buffer.AsMemory(0, from.ReceivedBytes), from.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }
}
