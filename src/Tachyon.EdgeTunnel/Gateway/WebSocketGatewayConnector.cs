using System.Net.WebSockets;
using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>Connects to a gateway's WebSocket.</summary>
internal sealed class WebSocketGatewayConnector : IGatewayConnector
{
    // Below the idle limit of common NAT boxes and proxies.
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async Task<IGatewayConnection> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = KeepAliveInterval;
            await socket.ConnectAsync(url, cancellationToken);
            return new Connection(socket);
        }
        catch (WebSocketException exception)
        {
            socket.Dispose();
            var cause = exception.InnerException?.Message ?? exception.Message;
            throw new GatewayConnectionException($"{url} does not answer: {cause}", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Connection(ClientWebSocket socket) : IGatewayConnection
    {
        // One byte more than allowed, so that a message that is too long is told from one that just fits.
        private readonly byte[] _buffer = new byte[GatewayLimits.MaxMessageBytes + 1];

        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            try
            {
                await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                throw new GatewayConnectionException($"the connection broke while sending: {exception.Message}", exception);
            }
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await ReceiveWholeAsync(cancellationToken);
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                throw new GatewayConnectionException($"the connection broke: {exception.Message}", exception);
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                {
                    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException || IsBroken(exception))
            {
                // The other side learns of the end from the closed socket instead.
            }
            finally
            {
                socket.Dispose();
            }
        }

        private static bool IsBroken(Exception exception) =>
            exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException;

        private async ValueTask<ReadOnlyMemory<byte>?> ReceiveWholeAsync(CancellationToken cancellationToken)
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                length += received.Count;
                if (received.MessageType != WebSocketMessageType.Binary)
                {
                    throw new GatewayConnectionException("the gateway sent a text message; it is no Tachyon gateway");
                }

                if (length > GatewayLimits.MaxMessageBytes)
                {
                    throw new GatewayConnectionException($"the gateway sent a message of more than {GatewayLimits.MaxMessageBytes} bytes");
                }

                if (received.EndOfMessage)
                {
                    return _buffer.AsMemory(0, length);
                }
            }
        }
    }
}
