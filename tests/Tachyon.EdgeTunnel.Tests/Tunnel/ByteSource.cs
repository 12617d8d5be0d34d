using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A server on loopback that answers whatever it is sent first with a fixed stream of bytes, and closes.</summary>
internal sealed class ByteSource : IAsyncDisposable
{
    private readonly byte[] _block = RandomNumberGenerator.GetBytes(1 << 20);
    private readonly long _bytes;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _serving;

    public ByteSource(long bytes)
    {
        _bytes = bytes;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = bytes; left > 0; left -= Math.Min(left, _block.Length))
        {
            hash.AppendData(_block, 0, (int)Math.Min(left, _block.Length));
        }

        Hash = Convert.ToHexString(hash.GetHashAndReset());
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>SHA-256 of what every client gets.</summary>
    public string Hash { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            await socket.ReceiveAsync(new byte[1024]);
            for (var left = _bytes; left > 0;)
            {
                left -= await socket.SendAsync(_block.AsMemory(0, (int)Math.Min(left, _block.Length)));
            }

            socket.Shutdown(SocketShutdown.Send);
        }
    }
}
