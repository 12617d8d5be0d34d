using System.Net.Sockets;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>
/// One UDP ASSOCIATE: lives as long as its client's control connection. The stream that carries it may end before, by
/// idling or with its session; the client's next datagram then opens another.
/// </summary>
internal sealed class SocksAssociation(Socket control, SocksRelay relay, LocalStreams streams, TimeProvider time)
{
    // A client that keeps sending while there is no session does not make it ask for a stream with each datagram.
    private static readonly TimeSpan ReopenDelay = TimeSpan.FromSeconds(1);

    /// <summary>Carries datagrams until the control connection ends.</summary>
    public async Task RunAsync(TunnelStream stream, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = ControlEndsAsync(over);
        var current = stream;
        try
        {
            while (true)
            {
                var endpoint = new SocksRelay.Endpoint(relay);
                current.Attach(endpoint);
                await endpoint.Ended.WaitAsync(over.Token);
                current = await ReopenAsync(over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client left, or this node stops.
        }
        finally
        {
            await over.CancelAsync();
            current.Reset(ResetReason.LocalEndClosed);
            await left;
        }
    }

    private async Task<TunnelStream> ReopenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await relay.WaitForClientAsync(cancellationToken);
            if ((await streams.OpenUdpAsync(cancellationToken)).Stream is { } stream)
            {
                return stream;
            }

            relay.Drop();
            await Task.Delay(ReopenDelay, time, cancellationToken);
        }
    }

    // Nothing may come over the control connection any more; what does is thrown away.
    private async Task ControlEndsAsync(CancellationTokenSource over)
    {
        var buffer = new byte[256];
        try
        {
            while (await control.ReceiveAsync(buffer, SocketFlags.None, over.Token) > 0)
            {
            }
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            // Gone as well.
        }

        await over.CancelAsync();
    }
}
