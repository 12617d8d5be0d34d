using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>A man in the middle: TLS with each side, a certificate of its own towards both, and everything passed on in the clear.</summary>
internal sealed class TerminatingForwarder : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private long _passedBytes;
    private int _refused;

    public TerminatingForwarder()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public IPEndPoint? Target { get; set; }

    /// <summary>Connections on which both sides have hung up.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>All that it could read, both directions.</summary>
    public long PassedBytes => Interlocked.Read(ref _passedBytes);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = SitBetweenAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task SitBetweenAsync(Socket consumer)
    {
        using var provider = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await provider.ConnectAsync(Target!);
            var toConsumer = await TlsConnection.AcceptAsync(new NetworkStream(consumer, ownsSocket: true), TimeProvider.System, CancellationToken.None);
            var toProvider = await TlsConnection.ConnectAsync(new NetworkStream(provider, ownsSocket: true), TimeProvider.System, CancellationToken.None);

            // One side's end is passed on, so that each of them has its say.
            await Task.WhenAll(PassAsync(toConsumer.Stream, toProvider.Stream), PassAsync(toProvider.Stream, toConsumer.Stream));
            Interlocked.Increment(ref _refused);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
        {
            Interlocked.Increment(ref _refused);
        }
    }

    private async Task PassAsync(Stream from, Stream to)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReadAsync(buffer) is > 0 and var count)
            {
                Interlocked.Add(ref _passedBytes, count);
                await to.WriteAsync(buffer.AsMemory(0, count));
                await to.FlushAsync();
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // Hung up.
        }
        finally
        {
            await to.DisposeAsync();
        }
    }
}
