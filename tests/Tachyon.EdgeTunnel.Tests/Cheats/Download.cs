using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tests.Tunnel;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>A client of a consumer's local proxy that takes what a target sends, as far as it comes.</summary>
internal sealed class Download : IDisposable
{
    private readonly Socket _socket;
    private long _receivedBytes;

    private Download(Socket socket)
    {
        _socket = socket;
        Completion = RunAsync();
    }

    public ulong ReceivedBytes => (ulong)Interlocked.Read(ref _receivedBytes);

    /// <summary>Completes when the target or the tunnel has ended it. Never faults.</summary>
    public Task Completion { get; }

    public static async Task<Download> StartAsync(string proxy, int targetPort)
    {
        var socket = await SocksClient.ConnectAsync(IPEndPoint.Parse(proxy), "127.0.0.1", targetPort);
        await socket.SendAsync(new byte[] { 1 });
        return new Download(socket);
    }

    public void Dispose() => _socket.Dispose();

    private async Task RunAsync()
    {
        try
        {
            var buffer = new byte[256 * 1024];
            while (await _socket.ReceiveAsync(buffer) is > 0 and var count)
            {
                Interlocked.Add(ref _receivedBytes, count);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The tunnel went.
        }
    }
}
