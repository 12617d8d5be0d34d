using System.Net;
using System.Net.WebSockets;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Limits;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// One edge's WebSocket: the greeting, then requests answered side by side and pushes. Whatever arrives, the worst that
/// happens is that this connection ends, with a reason where the edge still listens.
/// </summary>
internal sealed partial class EdgeConnection : IDisposable
{
    private const int MaxExcess = 1_000;
    private const int SilentPeriods = 3;

    /// <summary>When no place is free, one may be after this long.</summary>
    private const uint CrowdedMs = 30_000;
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    private readonly EdgeServices _services;
    private readonly IPAddress _remote;
    private readonly AddressBudget _address;
    private readonly MessageReader _reader;
    private readonly Outgoing _outgoing;
    private readonly EdgeGreeting _greeting;
    private readonly SemaphoreSlim _openRequests;
    private readonly CancellationTokenSource _aborted = new();
    private EdgeSession? _session;
    private IdentityBudget? _budget;
    private int _excess;
    private int _ending;

    public EdgeConnection(WebSocket socket, EdgeServices services, IPAddress remote, AddressBudget address)
    {
        _services = services;
        _remote = remote;
        _address = address;
        var options = services.Options;
        _reader = new MessageReader(socket);
        _outgoing = new Outgoing(socket, options.MaxWaitingMessages, options.SendTimeout, services.Time);
        _greeting = new EdgeGreeting(services);
        _openRequests = new SemaphoreSlim(options.MaxOpenRequests, options.MaxOpenRequests);
    }

    /// <summary>Serves until either side ends the connection.</summary>
    public async Task RunAsync(CancellationToken requestAborted)
    {
        using var aborting = requestAborted.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _aborted);
        await using var silence = _services.Time.CreateTimer(
            _ => OnSilence(), null, _services.Options.AuthenticationTimeout, Timeout.InfiniteTimeSpan);
        var sending = _outgoing.SendAllAsync(_aborted.Token);
        try
        {
            if (!_services.Registry.TryAdmit(this, _address))
            {
                End(GatewayErrorCode.TooMany, "this gateway has too many connections, or too many from your address; try again later", CrowdedMs);
            }

            if (_services.Registry.IsClosed)
            {
                End(GatewayErrorCode.Stopping, "the silo is stopping; connect again");
            }

            var receiving = ReceiveAsync(silence);
            await Task.WhenAny(receiving, sending);

            // After a farewell the edge gets a moment to close in its turn.
            await receiving.WaitAsync(FarewellLimit, _services.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _outgoing.Complete();
            await sending;
            await _aborted.CancelAsync();
            await receiving;
        }
        finally
        {
            _services.Registry.Remove(this, _session?.Node);
            if (_session is not null)
            {
                await _session.DisposeAsync();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _aborted.Dispose();

    /// <summary>Sends a push; drops it when the connection is ending, and ends the connection when too much waits.</summary>
    public void Push(GatewayPush push)
    {
        GatewayMeter.Pushed();
        Send(GatewayCodec.Encode(0, push));
    }

    /// <summary>Sends an encoded push that the edge can ask for later: where too much waits already it is dropped, and nothing ends.</summary>
    public void Offer(byte[] message)
    {
        GatewayMeter.Pushed();
        if (!_outgoing.TryAdd(message))
        {
            GatewayMeter.MessageDropped();
        }
    }

    /// <summary>Ends the connection, telling the edge why.</summary>
    public void End(GatewayErrorCode code, string text, uint retryAfterMs = 0)
    {
        if (Interlocked.Exchange(ref _ending, 1) == 0)
        {
            GatewayMeter.ConnectionEnded(code);
            _services.Logger.Ended(_remote, _session?.Node, code, text);
            _outgoing.TryAdd(GatewayCodec.Encode(0, new GatewayError(code, text, retryAfterMs)));
            _outgoing.Complete();
        }
    }

    private void Send(byte[] message)
    {
        if (_outgoing.TryAdd(message))
        {
            return;
        }

        GatewayMeter.MessageDropped();
        if (Interlocked.Exchange(ref _ending, 1) == 0)
        {
            GatewayMeter.ConnectionEnded(GatewayErrorCode.TooSlow);
            _services.Logger.Ended(_remote, _session?.Node, GatewayErrorCode.TooSlow, "it does not read what is sent to it");
            _aborted.Cancel();
        }
    }

    private void OnSilence()
    {
        if (_session is null)
        {
            End(GatewayErrorCode.NotAuthenticated, $"no proof of a key within {_services.Options.AuthenticationTimeout.TotalSeconds:0.#} s; connect again");
        }
        else
        {
            End(GatewayErrorCode.TooSlow, $"nothing heard for {SilentPeriods} heartbeat periods; connect again");
        }
    }

    private async Task ReceiveAsync(ITimer silence)
    {
        try
        {
            while (await ReadAsync())
            {
                if (_session is not null)
                {
                    silence.Change(_services.Options.HeartbeatPeriod * SilentPeriods, Timeout.InfiniteTimeSpan);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The edge is gone, or was let go.
        }
        finally
        {
            _reader.Release();
        }
    }

    /// <summary>Takes one message; false when the edge closed. Once the connection is ending, it only reads on to see that.</summary>
    private async Task<bool> ReadAsync()
    {
        var outcome = await _reader.ReadAsync(_aborted.Token);
        if (outcome == ReadOutcome.Closed || Volatile.Read(ref _ending) != 0)
        {
            return outcome != ReadOutcome.Closed;
        }

        if (outcome != ReadOutcome.Message)
        {
            EndUnread(outcome);
            return true;
        }

        var fault = GatewayCodec.TryDecode(_reader.Message, out var envelope, out var requestId);
        if (fault != GatewayDecodeFault.None)
        {
            EndMalformed(fault, requestId);
        }
        else if (envelope!.Message is not GatewayRequest request)
        {
            End(GatewayErrorCode.OutOfOrder, $"an edge does not send {envelope.Message.Kind}");
        }
        else
        {
            await TakeAsync(requestId, request);
        }

        return true;
    }

    private void EndUnread(ReadOutcome outcome)
    {
        if (outcome == ReadOutcome.TooLong)
        {
            End(GatewayErrorCode.TooLong, $"a message has at most {GatewayLimits.MaxMessageBytes} bytes");
        }
        else
        {
            End(GatewayErrorCode.Malformed, "messages are binary; this is the gateway of Tachyon edges");
        }
    }

    private void EndMalformed(GatewayDecodeFault fault, uint requestId)
    {
        if (fault == GatewayDecodeFault.UnknownVersion)
        {
            End(GatewayErrorCode.UnknownVersion, $"this gateway speaks version {GatewayLimits.Version} of the gateway protocol; update the older side");
        }
        else
        {
            End(GatewayErrorCode.Malformed, $"no message of version {GatewayLimits.Version} ({fault}, request id {requestId})");
        }
    }
}
