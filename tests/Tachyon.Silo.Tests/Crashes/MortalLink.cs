using System.Net.WebSockets;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Crashes;

/// <summary>
/// The connections of one node's process to the gateways of a cluster, until the process dies: at one of the messages about closing that it sends or
/// receives, which is then lost.
/// </summary>
internal sealed class MortalLink(GatewayCluster cluster) : IGatewayConnector
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Connection> _connections = [];
    private int _messagesLeft = -1;
    private int _next;

    /// <summary>Completes when the process dies.</summary>
    public Task Died => _died.Task;

    /// <summary>Raised for each message that passes.</summary>
    public event Action<GatewayMessage>? Passed;

    /// <summary>Dies at the so many-th message about closing from now on, counted from 1.</summary>
    public void DieAt(int message)
    {
        lock (_lock)
        {
            _messagesLeft = message;
        }
    }

    /// <summary>Nothing passes any more.</summary>
    public void Die()
    {
        lock (_lock)
        {
            _died.TrySetResult();
            Cut();
        }
    }

    /// <summary>Every connection breaks; the process goes on.</summary>
    public void Break()
    {
        lock (_lock)
        {
            Cut();
        }
    }

    public async Task<IGatewayConnection> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        await Task.Yield();
        lock (_lock)
        {
            if (_died.Task.IsCompleted || cluster.Gateways.Count == 0)
            {
                throw new GatewayConnectionException("nobody answers", new IOException());
            }

            var connection = new Connection(this, cluster.Dial(_next++ % cluster.Gateways.Count));
            _connections.Add(connection);
            return connection;
        }
    }

    private void Cut()
    {
        _connections.ForEach(connection => connection.Cut());
        _connections.Clear();
    }

    // Whether a message passes; the one at which the process dies does not.
    private bool Passes(ReadOnlyMemory<byte> bytes)
    {
        Assert.Equal(GatewayDecodeFault.None, GatewayCodec.TryDecode(bytes.Span, out var envelope, out _));
        var message = envelope!.Message;
        lock (_lock)
        {
            if (IsOfClosing(message) && _messagesLeft > 0 && --_messagesLeft == 0)
            {
                _died.TrySetResult();
                Cut();
            }

            if (_died.Task.IsCompleted)
            {
                return false;
            }
        }

        Passed?.Invoke(message);
        return true;
    }

    private static bool IsOfClosing(GatewayMessage message) => message
        is ClosureRequest or CloseRelay or CloseTaken or ClosureOffered or Refused or SubmitUnits or UnitsAck or ProxyUnit;

    private sealed class Connection(MortalLink link, WebSocket socket) : IGatewayConnection
    {
        private readonly byte[] _buffer = new byte[GatewayLimits.MaxMessageBytes];
        private readonly CancellationTokenSource _cut = new();

        public void Cut()
        {
            _cut.Cancel();
            socket.Abort();
        }

        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            if (!link.Passes(message))
            {
                throw new GatewayConnectionException("this process is dead", new IOException());
            }

            try
            {
                await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                throw new GatewayConnectionException("the connection broke", exception);
            }
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token, cancellationToken);
            var length = 0;
            try
            {
                while (true)
                {
                    var part = await socket.ReceiveAsync(_buffer.AsMemory(length), either.Token);
                    length += part.Count;
                    if (part.MessageType == WebSocketMessageType.Close)
                    {
                        return null;
                    }

                    if (part.EndOfMessage)
                    {
                        return link.Passes(_buffer.AsMemory(0, length))
                            ? _buffer.AsMemory(0, length)
                            : throw new GatewayConnectionException("this process is dead", new IOException());
                    }
                }
            }
            catch (Exception exception) when (IsBroken(exception) || (_cut.IsCancellationRequested && !cancellationToken.IsCancellationRequested))
            {
                throw new GatewayConnectionException("the connection broke", exception);
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }

        private static bool IsBroken(Exception exception) =>
            exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException;
    }
}
