using System.Net.WebSockets;
using Tachyon.Chain.Keys;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Silo.Tests.Fixtures;

/// <summary>An edge that says exactly what a test tells it to, right or wrong, over a real WebSocket.</summary>
internal sealed class TestEdge : IDisposable
{
    private readonly KeySigner _signer;
    private readonly Eip712Domain _domain;
    private readonly List<GatewayMessage> _aside = [];
    private WebSocket _socket = new ClientWebSocket();
    private uint _requestId;

    public TestEdge(int number, Eip712Domain domain)
    {
        _signer = new KeySigner(KeyOf(number));
        Account = new AccountSigner(KeyOf(number));
        _domain = domain;
    }

    public Address Address => _signer.Address;

    public AccountSigner Account { get; }

    public static byte[] KeyOf(int number) => Keccak256.HashText($"silo tests, edge {number}").ToArray();

    /// <summary>Opens the WebSocket, and no more.</summary>
    public async Task DialAsync(Uri url)
    {
        _socket.Dispose();
        var socket = new ClientWebSocket();
        _socket = socket;
        using var limit = new CancellationTokenSource(Eventually.DefaultTimeout);
        await socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws", Path = GatewayLimits.EdgePath }.Uri, limit.Token);
    }

    /// <summary>Proves the key over a WebSocket that leads to a gateway of the name.</summary>
    public async Task EnterAsync(WebSocket socket, string gateway)
    {
        _socket.Dispose();
        _socket = socket;
        await ProveAsync(gateway);
    }

    /// <summary>Connects and proves the key.</summary>
    public async Task EnterAsync(Uri url)
    {
        await DialAsync(url);
        await ProveAsync(url);
    }

    /// <summary>Proves the key on an open connection.</summary>
    public Task ProveAsync(Uri url) => ProveAsync(url.Authority);

    private async Task ProveAsync(string gateway)
    {
        var challenge = Assert.IsType<Challenge>(await AskAsync(new Hello(GatewayLimits.Version, _domain)));
        Assert.IsType<Welcome>(await AskAsync(Proof(challenge.Nonce, gateway)));
    }

    public Authenticate Proof(Bytes32 nonce, string gateway, long skewMs = 0, Address? node = null)
    {
        var auth = new GatewayAuth(node ?? Address, nonce, gateway, (ulong)(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + skewMs));
        return new Authenticate(auth, _signer.Sign(auth, _domain));
    }

    /// <summary>Sends a request and waits for its reply; pushes and errors on the way are kept for <see cref="NextAsync{T}"/>.</summary>
    public async Task<GatewayReply> AskAsync(GatewayRequest request)
    {
        var requestId = ++_requestId;
        await SendAsync(GatewayCodec.Encode(requestId, request));
        while (await ReceiveAsync() is { } envelope)
        {
            if (envelope.RequestId == requestId)
            {
                return (GatewayReply)envelope.Message;
            }

            _aside.Add(envelope.Message);
        }

        throw new InvalidOperationException($"The gateway closed without an answer to {request.Kind}: {string.Join("; ", _aside)}");
    }

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Binary)
    {
        using var limit = new CancellationTokenSource(Eventually.DefaultTimeout);
        await _socket.SendAsync(bytes, type, endOfMessage: true, limit.Token);
    }

    /// <summary>The next push or connection error of a kind, whether it came already or not.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? match = null)
        where T : GatewayMessage
    {
        for (var i = 0; ; i++)
        {
            if (i == _aside.Count)
            {
                var envelope = await ReceiveAsync()
                    ?? throw new InvalidOperationException($"The gateway closed before a {typeof(T).Name}; it sent: {string.Join("; ", _aside)}");
                _aside.Add(envelope.Message);
            }

            if (_aside[i] is T wanted && (match?.Invoke(wanted) ?? true))
            {
                _aside.RemoveAt(i);
                return wanted;
            }
        }
    }

    /// <summary>What came of a kind until now and was not asked for.</summary>
    public IEnumerable<T> Heard<T>()
        where T : GatewayMessage => _aside.OfType<T>();

    /// <summary>The error with which the gateway ends the connection, and then its end.</summary>
    public async Task<GatewayError> EndAsync()
    {
        var error = await NextAsync<GatewayError>();
        while (await ReceiveAsync() is { } envelope)
        {
            _aside.Add(envelope.Message);
        }

        return error;
    }

    /// <summary>The next message; null at the end of the connection.</summary>
    public async Task<GatewayEnvelope?> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.DefaultTimeout);
        var buffer = new byte[GatewayLimits.MaxMessageBytes];
        var length = 0;
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), limit.Token);
            length += part.Count;
        }
        while (!part.EndOfMessage);

        if (part.MessageType == WebSocketMessageType.Close)
        {
            return null;
        }

        Assert.Equal(GatewayDecodeFault.None, GatewayCodec.TryDecode(buffer.AsSpan(0, length), out var envelope, out _));
        return envelope;
    }

    public SignedUnit Unit(Terms terms, ulong index, ulong bytesUsed) => SignedUnit.Sign(
        new UsageUnit(terms.ChannelId(_domain), index, bytesUsed, terms.Consumer, terms.Provider, 1, Bytes32.Zero), _signer, _domain);

    /// <summary>A statement of this edge about the other party of a channel, or its revocation.</summary>
    public SignedBlacklisting State(Terms terms, bool revoked = false, ulong aheadMs = 0, Contradiction? evidence = null)
    {
        var stated = new Blacklisting(
            Address,
            terms.Consumer == Address ? terms.Provider : terms.Consumer,
            terms.ChannelId(_domain),
            (byte)BlacklistingReason.Unserved,
            (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + aheadMs,
            revoked,
            evidence is null ? Bytes32.Zero : BlacklistingEvidence.HashOf(evidence));
        return SignedBlacklisting.Sign(stated, _signer, _domain);
    }

    public Signature Sign<T>(T message)
        where T : ITypedMessage => _signer.Sign(message, _domain);

    public static ulong InAnHour => (ulong)DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();

    public void Dispose()
    {
        _socket.Dispose();
        _signer.Dispose();
        Account.Dispose();
    }
}
