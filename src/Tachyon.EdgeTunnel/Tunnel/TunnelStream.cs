using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// One multiplexed stream of a session, at either end: carries bytes between its local endpoint and the frames.
/// </summary>
/// <remarks>
/// Each direction ends with exactly one Fin or Reset; a Reset ends both. A stream that was reset here stays known until
/// the peer's own end of it arrives, since what the peer sent before it knew still counts as used.
/// <code>
///             local Fin                remote Fin
///   open ───────────────▶ half ───────────────────▶ done
///     │  remote Fin        │  Reset, either side       ▲
///     │  local Reset       ▼                           │ remote Fin or Reset
///     └──────────────▶ reset here ─────────────────────┘
/// </code>
/// </remarks>
internal sealed partial class TunnelStream
{
    private readonly Lock _lock = new();
    private readonly IStreamHost _host;
    private readonly FrameBufferPool _framePool;
    private readonly StreamBacklog _backlog;
    private readonly SingleWaiter _windowWaiter = new();
    private readonly int _sharedFrameBytes;
    private ReceiveWindow _receiveWindow;
    private SendWindow _sendWindow;
    private IStreamEndpoint? _endpoint;
    private long _growthBytes;
    private bool _waitsForWindow;
    private bool _draining;
    private bool _localDone;
    private bool _localReset;
    private bool _finReceived;
    private bool _remoteDone;
    private bool _remoteReset;
    private bool _closed;

    public TunnelStream(uint id, IStreamHost host, SessionServices services, int maxWindowBytes)
    {
        Id = id;
        _host = host;
        _framePool = services.Frames;
        _sharedFrameBytes = services.Options.SharedFramePayloadBytes;
        _backlog = new StreamBacklog(services.Backlogs);
        _receiveWindow = new ReceiveWindow(FrameLayout.InitialWindowBytes, Math.Max(maxWindowBytes, FrameLayout.InitialWindowBytes));
        _sendWindow = new SendWindow(FrameLayout.InitialWindowBytes);
    }

    public uint Id { get; }

    /// <summary>Its place in the line for the connection.</summary>
    public SingleWaiter SendWaiter { get; } = new();

    /// <summary>Whether data frames may still go out.</summary>
    public bool MaySend => !Volatile.Read(ref _localDone);

    /// <summary>Connects the stream to its local end and starts carrying bytes. Called once, after the open succeeded.</summary>
    public void Attach(IStreamEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        lock (_lock)
        {
            if (_endpoint is not null)
            {
                throw new InvalidOperationException($"Stream {Id} already has a local end.");
            }

            if (_closed || _localReset || _remoteReset)
            {
                endpoint.Close(inOrder: false);
                return;
            }

            if (_host.Loop is { } loop && !TryJoin(endpoint, loop))
            {
                return;
            }

            _endpoint = endpoint;
            if (!_backlog.IsEmpty)
            {
                StartDraining();
            }
            else if (_remoteDone)
            {
                ShutdownEndpoint();
            }
        }

        _ = PumpAsync(endpoint);
    }

    /// <summary>A data frame has come: is it one that may come? Ask before counting it.</summary>
    /// <returns>False when the peer breaks the protocol: beyond its window, or after its own end of the stream.</returns>
    public bool TryReceive(int payloadBytes)
    {
        lock (_lock)
        {
            return !_finReceived && !_remoteDone && _receiveWindow.TryReceive(payloadBytes);
        }
    }

    /// <summary>Passes on the payload of a data frame that was received and counted.</summary>
    public void Deliver(ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (_localReset)
            {
                return;
            }

            var taken = 0;
            if (_endpoint is not null && !_draining)
            {
                try
                {
                    taken = _endpoint.TryWrite(payload);
                    while (taken < payload.Length && _host.HasOneStream && _endpoint.WaitBrieflyForRoom())
                    {
                        // A reader that is about to catch up: cheaper than a copy and a writer of its own.
                        taken += _endpoint.TryWrite(payload[taken..]);
                    }
                }
                catch (Exception e) when (ConnectionFault.Is(e))
                {
                    ResetLocked(LocalEndReason);
                    return;
                }
            }

            // Growing only while the local end takes everything at once: a stalled reader binds no more than it has.
            Consumed(taken, mayGrow: taken == payload.Length);
            if (taken < payload.Length)
            {
                _backlog.Append(payload[taken..]);
                if (_endpoint is not null && !_draining)
                {
                    StartDraining();
                }
            }
        }
    }

    /// <summary>The peer grants more.</summary>
    public bool TryGrant(uint grantedBytes)
    {
        lock (_lock)
        {
            if (!_sendWindow.TryGrant(grantedBytes))
            {
                return false;
            }

            ReleaseWindowWaiter();
            return true;
        }
    }

    /// <summary>The end of the peer's data has come.</summary>
    /// <returns>False when it came before: the peer breaks the protocol.</returns>
    public bool TryReceiveFin()
    {
        lock (_lock)
        {
            if (_finReceived || _remoteDone)
            {
                return false;
            }

            _finReceived = true;
            return true;
        }
    }

    /// <summary>Passes on the end of the peer's data, after all of it was delivered.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            _remoteDone = true;
            if (_endpoint is not null && !_draining)
            {
                ShutdownEndpoint();
            }

            CompleteIfDone();
        }
    }

    /// <summary>The peer gives the stream up.</summary>
    public void OnReset()
    {
        lock (_lock)
        {
            _remoteDone = true;
            _remoteReset = true;
            if (!_localDone)
            {
                ResetLocked(ResetReason.Answered);
            }
            else
            {
                CloseEndpoint();
                CompleteIfDone();
            }
        }
    }

    /// <summary>Gives the stream up from this side. Safe to call again.</summary>
    public void Reset(ResetReason reason)
    {
        lock (_lock)
        {
            ResetLocked(reason);
        }
    }

    /// <summary>The session is gone: closes the local end without another frame.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _localReset = true;
            _remoteDone = true;
            Volatile.Write(ref _localDone, true);
            CloseEndpoint();
            ReleaseWindowWaiter();
            CompleteIfDone();
        }
    }

    private bool TryJoin(IStreamEndpoint endpoint, EventLoop loop)
    {
        try
        {
            endpoint.Join(loop);
            return true;
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            endpoint.Close(inOrder: false);
            ResetLocked(ResetReason.LocalEndClosed);
            return false;
        }
    }

    private void ResetLocked(ResetReason reason)
    {
        if (_closed || _localReset)
        {
            return;
        }

        // Where both directions had ended and only the delivery was still going on, the peer knows the stream no more.
        var peerKnows = !(_localDone && _remoteDone);
        _localReset = true;
        Volatile.Write(ref _localDone, true);
        CloseEndpoint();
        ReleaseWindowWaiter();
        if (peerKnows)
        {
            Span<byte> payload = stackalloc byte[ResetPayload.Bytes];
            ResetPayload.Write(payload, reason);
            _host.Post(FrameKind.Reset, Id, payload);
        }

        CompleteIfDone();
    }

    private void Consumed(int bytes, bool mayGrow)
    {
        if (bytes == 0 || !_receiveWindow.Consume(bytes) || _localReset || _remoteDone)
        {
            return;
        }

        if (mayGrow && _receiveWindow.GrowthBytes is > 0 and var growth && _host.TryTakeGrowth(growth))
        {
            _growthBytes += growth;
            _receiveWindow.Grow();
        }

        Span<byte> payload = stackalloc byte[WindowPayload.Bytes];
        WindowPayload.Write(payload, (uint)_receiveWindow.TakeGrant());
        _host.Post(FrameKind.Window, Id, payload);
    }

    private void CompleteIfDone()
    {
        if (_closed || !_localDone || !_remoteDone)
        {
            return;
        }

        _closed = true;
        _host.ReturnGrowth(_growthBytes);
        if (!_draining)
        {
            CloseEndpoint();
        }

        _host.OnStreamDone(this);
    }

    private void ReleaseWindowWaiter()
    {
        if (_waitsForWindow)
        {
            _waitsForWindow = false;
            _windowWaiter.Release();
        }
    }
}
