using System.Threading.Channels;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Gateway;

/// <summary>A gateway in memory: it greets as the protocol says and answers what the test tells it to.</summary>
internal sealed class FakeGateway : IGatewayConnector
{
    public static readonly Eip712Domain Domain = new(31_337, Address.Parse("0x00000000000000000000000000000000000000cc"));

    private readonly Lock _lock = new();
    private readonly List<GatewayRequest> _requests = [];
    private Channel<byte[]>? _toEdge;

    /// <summary>Whether anybody listens at the URL.</summary>
    public volatile bool Up = true;

    /// <summary>The name under which edges have to address it.</summary>
    public string Name { get; init; } = "silo.example:7443";

    /// <summary>Who runs it.</summary>
    public Address Operator { get; init; } = Address.Zero;

    /// <summary>Everything that was pushed, as it travelled.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<byte[]> Pushed { get; } = [];

    /// <summary>The domain in the challenge.</summary>
    public Eip712Domain ChallengeDomain { get; set; } = Domain;

    public ushort MaxOpenRequests { get; set; } = 8;

    /// <summary>The answer to a request after the greeting; null for silence.</summary>
    public Func<GatewayRequest, GatewayReply?> Answer { get; set; } = _ => Accepted.Instance;

    public int Connections { get; private set; }

    /// <summary>Everything received on all connections, in order.</summary>
    public GatewayRequest[] Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public Task<IGatewayConnection> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        if (!Up)
        {
            throw new GatewayConnectionException($"{url} does not answer: connection refused");
        }

        Connections++;
        var toEdge = Channel.CreateUnbounded<byte[]>();
        _toEdge = toEdge;
        return Task.FromResult<IGatewayConnection>(new FakeConnection(this, toEdge));
    }

    public void Push(GatewayPush push)
    {
        var bytes = GatewayCodec.Encode(0, push);
        Pushed.Enqueue(bytes);
        SendRaw(bytes);
    }

    public void SendRaw(byte[] bytes) => _toEdge!.Writer.TryWrite(bytes);

    /// <summary>Cuts the connection, as a network would.</summary>
    public void Cut() => _toEdge!.Writer.TryComplete(new GatewayConnectionException("the cable was pulled"));

    private void Receive(ChannelWriter<byte[]> toEdge, ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(GatewayDecodeFault.None, GatewayCodec.TryDecode(bytes, out var envelope, out var requestId));
        var request = Assert.IsType<GatewayRequest>(envelope!.Message, exactMatch: false);
        lock (_lock)
        {
            _requests.Add(request);
        }

        var reply = request switch
        {
            Hello => new Challenge(Bytes32.Zero, Operator, ChallengeDomain, 10_000),
            Authenticate proof => Judge(proof),
            _ => Answer(request),
        };
        if (reply is not null)
        {
            toEdge.TryWrite(GatewayCodec.Encode(requestId, reply));
        }
    }

    private GatewayReply Judge(Authenticate proof) =>
        new SignatureVerifier().Verify(proof.Auth, ChallengeDomain, proof.Signature, proof.Auth.Node) == SignatureFault.None
        && proof.Auth.Gateway == Name
            ? new Welcome(1_000, 5_000, MaxOpenRequests)
            : new GatewayError(GatewayErrorCode.NotAuthenticated, "the signature is wrong");

    private sealed class FakeConnection(FakeGateway gateway, Channel<byte[]> toEdge) : IGatewayConnection
    {
        public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            gateway.Receive(toEdge.Writer, message.Span);
            return ValueTask.CompletedTask;
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await toEdge.Reader.ReadAsync(cancellationToken);
            }
            catch (ChannelClosedException exception)
            {
                throw exception.InnerException ?? new GatewayConnectionException("closed");
            }
        }

        public ValueTask DisposeAsync()
        {
            toEdge.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
