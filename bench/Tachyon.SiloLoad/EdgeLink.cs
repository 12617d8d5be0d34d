using System.Net.WebSockets;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Sessions;

namespace Tachyon.SiloLoad;

/// <summary>One provider's authenticated WebSocket. One sender and one receiver at a time.</summary>
internal sealed class EdgeLink : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _received = new byte[GatewayLimits.MaxMessageBytes];
    private uint _lastRequestId;

    private EdgeLink()
    {
    }

    /// <summary>Connects and proves the key.</summary>
    public static async Task<EdgeLink> ConnectAsync(Uri gateway, INodeSigner signer, Eip712Domain domain, CancellationToken stop)
    {
        var link = new EdgeLink();
        var url = new UriBuilder(gateway) { Scheme = "ws", Path = GatewayLimits.EdgePath }.Uri;
        await link._socket.ConnectAsync(url, stop);
        if (await link.AskAsync(new Hello(GatewayLimits.Version, domain), stop) is not Challenge challenge)
        {
            throw new LoadFailure("the gateway did not greet.");
        }

        var auth = new GatewayAuth(signer.Address, challenge.Nonce, gateway.Authority, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        return await link.AskAsync(new Authenticate(auth, signer.Sign(auth, domain)), stop) is Welcome
            ? link
            : throw new LoadFailure("the gateway did not take the proof of the key.");
    }

    public uint NextRequestId() => ++_lastRequestId;

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken stop) =>
        _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, stop);

    /// <summary>The next message, valid until the one after it.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken stop)
    {
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_received.AsMemory(length), stop);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new LoadFailure("the gateway closed a connection.");
            }

            if (part.EndOfMessage)
            {
                return _received.AsMemory(0, length);
            }
        }
    }

    /// <summary>Asks and waits; pushes that come first are passed over.</summary>
    public async Task<GatewayReply> AskAsync(GatewayRequest request, CancellationToken stop)
    {
        var requestId = NextRequestId();
        await SendAsync(GatewayCodec.Encode(requestId, request), stop);
        while (true)
        {
            var message = await ReceiveAsync(stop);
            var fault = GatewayCodec.TryDecode(message.Span, out var envelope, out _);
            if (fault != GatewayDecodeFault.None)
            {
                throw new LoadFailure($"the gateway sent no message ({fault}).");
            }

            if (envelope!.Message is GatewayReply reply && envelope.RequestId == requestId)
            {
                return reply;
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
