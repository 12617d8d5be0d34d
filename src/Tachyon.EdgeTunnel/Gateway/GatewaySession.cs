using System.Collections.Concurrent;
using System.Threading.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>One connection to a gateway, from the greeting to its end: who waits for which reply, and what is pushed.</summary>
internal sealed class GatewaySession : IAsyncDisposable
{
    private readonly GatewayClientOptions _options;
    private readonly GatewayAddress _gateway;
    private readonly IGatewayConnection _connection;
    private readonly ChannelWriter<GatewayPush> _pushes;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<GatewayReply>> _open = new();
    private SemaphoreSlim _slots = new(1, 1);
    private uint _lastRequestId;
    private GatewayEnd? _given;

    public GatewaySession(
        GatewayClientOptions options, GatewayAddress gateway, IGatewayConnection connection, ChannelWriter<GatewayPush> pushes, TimeProvider time)
    {
        _options = options;
        _gateway = gateway;
        _connection = connection;
        _pushes = pushes;
        _time = time;
    }

    /// <summary>How often the gateway wants a heartbeat; known after <see cref="AuthenticateAsync"/>.</summary>
    public TimeSpan HeartbeatPeriod { get; private set; }

    /// <summary>Who runs the gateway, as it says itself; known after <see cref="AuthenticateAsync"/>.</summary>
    public Address Operator { get; private set; }

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Greets and proves the key, while <see cref="ReceiveAsync"/> runs. Null when the gateway let the edge in.</summary>
    public async Task<GatewayEnd?> AuthenticateAsync(INodeSigner signer, CancellationToken cancellationToken)
    {
        var greeted = await AskAsync(new Hello(GatewayLimits.Version, _options.Domain), cancellationToken);
        if (greeted is not Challenge challenge)
        {
            return GatewayEnd.From(greeted);
        }

        if (!challenge.Domain.Equals(_options.Domain))
        {
            return new GatewayEnd(
                GatewayFault.WrongDomain, $"the gateway settles on {challenge.Domain}, this edge on {_options.Domain}; check the deployment file");
        }

        var auth = new GatewayAuth(signer.Address, challenge.Nonce, _gateway.Authority, (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds());
        var answered = await AskAsync(new Authenticate(auth, signer.Sign(auth, _options.Domain)), cancellationToken);
        if (answered is not Welcome welcome)
        {
            return GatewayEnd.From(answered);
        }

        Operator = challenge.Operator;
        HeartbeatPeriod = TimeSpan.FromMilliseconds(welcome.HeartbeatPeriodMs);
        _slots = new SemaphoreSlim(welcome.MaxOpenRequests, welcome.MaxOpenRequests);
        return null;
    }

    /// <summary>Sends a request and waits for its reply. At most as many wait at once as the gateway allows.</summary>
    /// <returns>The reply; null when the connection ended first.</returns>
    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public async Task<GatewayReply?> AskAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Ended);
        var slots = _slots;
        var requestId = NextRequestId();
        var reply = new TaskCompletionSource<GatewayReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = false;
        try
        {
            await slots.WaitAsync(either.Token);
            entered = true;
            _open[requestId] = reply;
            await SendAsync(GatewayCodec.Encode(requestId, request), either.Token);
            return await reply.Task.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (GatewayConnectionException)
        {
            // The receiving side sees the same broken connection and says so.
            return null;
        }
        finally
        {
            _open.TryRemove(requestId, out _);
            if (entered)
            {
                slots.Release();
            }
        }
    }

    /// <summary>Takes what the gateway sends until the connection ends; says why it ended. Called once.</summary>
    public async Task<GatewayEnd> ReceiveAsync()
    {
        var end = await ReceiveUntilEndAsync();
        await _ended.CancelAsync();
        return _given ?? end;
    }

    /// <summary>Ends the connection from this side, for the reason given.</summary>
    public void End(GatewayEnd end)
    {
        Interlocked.CompareExchange(ref _given, end, null);
        _ended.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _connection.DisposeAsync();
    }

    private async Task<GatewayEnd> ReceiveUntilEndAsync()
    {
        try
        {
            while (await _connection.ReceiveAsync(Ended) is { } bytes)
            {
                if (Take(bytes.Span) is { } end)
                {
                    return end;
                }
            }

            return new GatewayEnd(GatewayFault.Disconnected, "the gateway ended the connection");
        }
        catch (GatewayConnectionException exception)
        {
            return new GatewayEnd(GatewayFault.Disconnected, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return new GatewayEnd(GatewayFault.Disconnected, "the connection was ended on this side");
        }
    }

    private GatewayEnd? Take(ReadOnlySpan<byte> bytes)
    {
        var fault = GatewayCodec.TryDecode(bytes, out var envelope, out _);
        if (fault != GatewayDecodeFault.None)
        {
            return new GatewayEnd(GatewayFault.NotThisProtocol, $"the gateway sent a message that is none of version {GatewayLimits.Version} ({fault})");
        }

        switch (envelope!.Message)
        {
            case GatewayPush push:
                _pushes.TryWrite(push);
                return null;
            case GatewayError error when envelope.RequestId == 0:
                return GatewayEnd.From(error);
            case GatewayReply reply:
                // A reply that nobody waits for any more came after its time limit.
                if (_open.TryGetValue(envelope.RequestId, out var waiting))
                {
                    waiting.TrySetResult(reply);
                }

                return null;
            default:
                return new GatewayEnd(GatewayFault.NotThisProtocol, $"the gateway sent a request ({envelope.Message.Kind})");
        }
    }

    private async Task SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // Not cancelled halfway: that would abort the whole WebSocket for one caller's impatience.
            await _connection.SendAsync(message, Ended);
        }
        finally
        {
            _sending.Release();
        }
    }

    private uint NextRequestId()
    {
        var id = Interlocked.Increment(ref _lastRequestId);
        return id != 0 ? id : Interlocked.Increment(ref _lastRequestId);
    }
}
