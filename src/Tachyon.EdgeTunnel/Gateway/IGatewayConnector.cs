namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>Opens connections to a gateway.</summary>
internal interface IGatewayConnector
{
    /// <summary>Connects.</summary>
    /// <exception cref="GatewayConnectionException">Nobody answers there, or not with a WebSocket.</exception>
    Task<IGatewayConnection> ConnectAsync(Uri url, CancellationToken cancellationToken);
}

/// <summary>One connection to a gateway, carrying whole messages. One sender and one receiver at a time.</summary>
internal interface IGatewayConnection : IAsyncDisposable
{
    /// <summary>Sends one message.</summary>
    /// <exception cref="GatewayConnectionException">The connection is broken.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>The next message, valid until the next call; null when the gateway ended the connection.</summary>
    /// <exception cref="GatewayConnectionException">The connection is broken, or the message too long or not binary.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken);
}
