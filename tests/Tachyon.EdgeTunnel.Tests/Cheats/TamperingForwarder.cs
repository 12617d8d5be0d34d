using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>What somebody on the path does to a connection.</summary>
public enum Tampering
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Flips a bit.</summary>
    Flip,

    /// <summary>Leaves bytes out.</summary>
    Drop,

    /// <summary>Sends bytes twice.</summary>
    Replay,

    /// <summary>Exchanges bytes with those behind them.</summary>
    Reorder,

    /// <summary>Ends the connection as if its sender had, in the middle.</summary>
    Truncate,
}

/// <summary>A stretch of TCP between nodes that tampers once with what goes in one direction.</summary>
internal sealed class TamperingForwarder : IDisposable
{
    private const int ChunkBytes = 512;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<IPEndPoint> _target;
    private int _done;

    public TamperingForwarder(Func<IPEndPoint> target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>What to do, after how many bytes and to whom; then it is done once.</summary>
    public (Tampering Kind, long AfterBytes, bool ToProvider) Next
    {
        get => _next;
        set
        {
            _next = value;
            Volatile.Write(ref _done, 0);
        }
    }

    private (Tampering Kind, long AfterBytes, bool ToProvider) _next;

    /// <summary>Whether it was done.</summary>
    public bool IsDone => Volatile.Read(ref _done) == 1;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                Connections++;
                _ = ForwardAsync(client);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var provider = new TcpClient();
        using (client)
        {
            try
            {
                await provider.ConnectAsync(_target());
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), provider.GetStream(), toProvider: true),
                    PumpAsync(provider.GetStream(), client.GetStream(), toProvider: false));
            }
            catch (SocketException)
            {
                // The provider is gone.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool toProvider)
    {
        var buffer = new byte[ChunkBytes];
        long passedBytes = 0;
        try
        {
            while (await from.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false) is > 0 and var count)
            {
                passedBytes += count;
                if (Next.Kind != Tampering.None && Next.ToProvider == toProvider && passedBytes > Next.AfterBytes && Interlocked.Exchange(ref _done, 1) == 0)
                {
                    if (!await TamperAsync(from, to, buffer, count))
                    {
                        return;
                    }
                }
                else
                {
                    await to.WriteAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two hung up.
        }
    }

    private async Task<bool> TamperAsync(NetworkStream from, NetworkStream to, byte[] buffer, int count)
    {
        switch (Next.Kind)
        {
            case Tampering.Flip:
                buffer[count / 2] ^= 1;
                await to.WriteAsync(buffer.AsMemory(0, count));
                return true;
            case Tampering.Drop:
                return true;
            case Tampering.Replay:
                await to.WriteAsync(buffer.AsMemory(0, count));
                await to.WriteAsync(buffer.AsMemory(0, count));
                return true;
            case Tampering.Reorder:
                var behind = new byte[ChunkBytes];
                var more = await from.ReadAsync(behind);
                await to.WriteAsync(behind.AsMemory(0, more));
                await to.WriteAsync(buffer.AsMemory(0, count));
                return true;
            default:
                to.Socket.Shutdown(SocketShutdown.Send);
                return false;
        }
    }
}
