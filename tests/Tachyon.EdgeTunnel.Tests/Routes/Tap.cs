using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>A stretch of TCP in front of a node that keeps what goes through, both ways.</summary>
internal sealed class Tap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<byte[]> _kept = [];
    private readonly Func<IPEndPoint> _behind;

    public Tap(Func<IPEndPoint> behind)
    {
        _behind = behind;
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>All of it, each direction in order.</summary>
    public byte[] Kept => [.. _kept.SelectMany(part => part)];

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        {
            using var onward = new TcpClient();
            await onward.ConnectAsync(_behind());
            await Task.WhenAll(CopyAsync(client.GetStream(), onward), CopyAsync(onward.GetStream(), client));
        }
    }

    private async Task CopyAsync(NetworkStream from, TcpClient to)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var count)
            {
                _kept.Enqueue(buffer[..count]);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }

            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
        {
            // One of the two hung up.
        }
    }
}
