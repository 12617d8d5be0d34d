using System.Collections.Concurrent;
using Tachyon.EdgeTunnel.Journal.Log;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>The reader: what each frame of the peer does.</content>
internal sealed partial class TunnelSession
{
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<OpenOutcome>> _pendingOpens = new();
    private readonly ConcurrentDictionary<uint, CancellationTokenSource> _connecting = new();
    private readonly Queue<HeldFrame> _held = new();
    private readonly Lock _heldLock = new();
    private long _receivedBytes;
    private long _framesReceived;

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var received = await _transport.ReceiveAsync();
                if (received.Status == ReceiveStatus.Ended)
                {
                    OnConnectionEnded(received.Error);
                    return;
                }

                if (received.Status == ReceiveStatus.Malformed)
                {
                    await FailAsync(GoodbyeReason.ProtocolViolation, $"the peer sent what is no frame: {received.Error}");
                    return;
                }

                Volatile.Write(ref _lastReceivedAt, _time.GetTimestamp());
                Interlocked.Increment(ref _framesReceived);
                if (HandleBatch(received) is { } violation)
                {
                    await FailAsync(GoodbyeReason.ProtocolViolation, violation);
                    return;
                }
            }
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            OnBroken(e);
        }
#pragma warning disable CA1031 // The reader is a session's heart: whatever stops it must end the session and not leave it mute.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogReaderFailed(e);
            await FailAsync(GoodbyeReason.InternalError, $"the session failed: {e.Message}");
        }
    }

    // What a frame brings about leaves at its end, all at once; so do units, which are written to the journal by then.
    private string? HandleBatch(in ReceivedFrame received)
    {
        _sender.BeginBatch();
        string? violation;
        using (WritingTurn.Begin())
        {
            violation = Handle(received);
        }

        _sender.EndBatch();
        return violation;
    }

    // Null, or what the peer did that it must not.
    private string? Handle(in ReceivedFrame received)
    {
        var header = received.Header;
        if (header.HasUnit)
        {
            // Before the payload: the unit may be what makes room for it.
            _engine.OnUnit(new UnitSection(received.UnitSection.Span));
        }

        return header.Kind switch
        {
            FrameKind.Data => OnData(header.StreamId, received.Payload.Span),
            FrameKind.Fin => OnFin(header.StreamId),
            FrameKind.Window => OnWindow(header.StreamId, received.Payload.Span),
            FrameKind.Reset => OnReset(header.StreamId),
            FrameKind.Open => OpenPayload.TryRead(received.Payload.Span, out var target) == FrameError.None
                ? OnOpen(header.StreamId, target)
                : "an open without a valid target",
            FrameKind.OpenUdp => OnOpen(header.StreamId, null),
            FrameKind.OpenResult => OnOpenResult(header.StreamId, received.Payload.Span),
            FrameKind.Unit => null,
            FrameKind.PacketsOpen => OnPacketsOpen(received.Payload.Span),
            FrameKind.PacketsOpened => OnPacketsOpened(received.Payload.Span),
            FrameKind.Ping => OnPing(received.Payload.Span),
            FrameKind.Pong => OnPong(received.Payload.Span),
            FrameKind.Goodbye => OnGoodbye(received.Payload.Span),
            FrameKind.ClosureOffer => OnClosureOffer(),
            FrameKind.Statement or FrameKind.ClosureSigned or FrameKind.UnitShown =>
                _engine.TryHandle(header.Kind, received.Payload.Span) ? null : $"a {header.Kind} frame that is malformed or not due",
            _ => $"a {header.Kind} frame within the session",
        };
    }

    private string? OnData(uint streamId, ReadOnlySpan<byte> payload)
    {
        // Judged before it is counted: what nobody asked for is never paid for.
        if (_remoteQuiet)
        {
            return "data after its last word";
        }

        if (!_streams.TryGetValue(streamId, out var stream))
        {
            return $"data for stream {streamId}, which is not open";
        }

        if (!stream.TryReceive(payload.Length))
        {
            return $"data for stream {streamId} beyond its window or its end";
        }

        lock (_heldLock)
        {
            if (_held.Count > 0 || !_engine.TryCountReceived(payload.Length))
            {
                _held.Enqueue(new HeldFrame(FrameKind.Data, stream, payload.ToArray()));
                return null;
            }
        }

        Interlocked.Add(ref _receivedBytes, payload.Length);
        stream.Deliver(payload);
        return null;
    }

    private string? OnFin(uint streamId)
    {
        if (!_streams.TryGetValue(streamId, out var stream) || !stream.TryReceiveFin())
        {
            return $"the end of stream {streamId}, which is not open";
        }

        if (!TryHold(FrameKind.Fin, stream))
        {
            stream.Finish();
        }

        return null;
    }

    private string? OnReset(uint streamId)
    {
        // A reset may cross the end of its stream.
        if (!_streams.TryGetValue(streamId, out var stream))
        {
            return null;
        }

        if (TryHold(FrameKind.Reset, stream))
        {
            // What is held of the stream must still be counted, since its sender did; nobody reads it any more.
            stream.Reset(ResetReason.Answered);
        }
        else
        {
            stream.OnReset();
        }

        return null;
    }

    // What may not be forwarded yet stays uncounted, in the order it came. The windows of the streams bound it.
    private bool TryHold(FrameKind kind, TunnelStream stream)
    {
        lock (_heldLock)
        {
            if (_held.Count == 0)
            {
                return false;
            }

            _held.Enqueue(new HeldFrame(kind, stream, []));
            return true;
        }
    }

    private void ReleaseHeld()
    {
        lock (_heldLock)
        {
            while (_held.TryPeek(out var frame))
            {
                switch (frame.Kind)
                {
                    case FrameKind.Data when !_engine.TryCountReceived(frame.Payload.Length):
                        return;
                    case FrameKind.Data:
                        Interlocked.Add(ref _receivedBytes, frame.Payload.Length);
                        frame.Stream.Deliver(frame.Payload);
                        break;
                    case FrameKind.Fin:
                        frame.Stream.Finish();
                        break;
                    default:
                        frame.Stream.OnReset();
                        break;
                }

                _held.Dequeue();
            }
        }
    }

    private string? OnWindow(uint streamId, ReadOnlySpan<byte> payload)
    {
        if (WindowPayload.TryRead(payload, out var grantedBytes) != FrameError.None)
        {
            return "an empty window";
        }

        // A grant may cross the end of its stream.
        return !_streams.TryGetValue(streamId, out var stream) || stream.TryGrant(grantedBytes)
            ? null
            : $"a window of stream {streamId} beyond {SendWindow.MaxBytes} bytes";
    }

    // Without a target it is a stream of UDP datagrams.
    private string? OnOpen(uint streamId, TargetAddress? target)
    {
        if (_role != SessionRole.Provider)
        {
            return "an open, which only consumers send";
        }

        if (streamId <= _lastStreamId)
        {
            return $"an open of stream {streamId} after stream {_lastStreamId}";
        }

        _lastStreamId = streamId;
        if (_phase != SessionPhase.Open || _remoteQuiet)
        {
            PostOpenResult(streamId, OpenOutcome.NotServing);
        }
        else if (_streams.Count >= _options.MaxStreams)
        {
            PostOpenResult(streamId, OpenOutcome.TooManyStreams);
        }
        else
        {
            _ = ConnectAsync(NewStream(streamId, isUdp: target is null), target);
        }

        return null;
    }

    private async Task ConnectAsync(TunnelStream stream, TargetAddress? target)
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        _connecting[stream.Id] = cancellation;
        ExitConnection connection;
        try
        {
            if (target?.Name is not null)
            {
                // Off the reader at once: resolving may take its time before the first await. An address is dialled without a wait.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            connection = target is { } known ? await _exit!.ConnectAsync(known, cancellation.Token) : _exit!.OpenUdp();
        }
        catch (OperationCanceledException)
        {
            connection = ExitConnection.Failed(OpenOutcome.Failed);
        }
#pragma warning disable CA1031 // One stream's exit must not take the session with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogExitFailed(e, stream.Id);
            connection = ExitConnection.Failed(OpenOutcome.Failed);
        }

        if (_connecting.TryRemove(stream.Id, out _))
        {
            cancellation.Dispose();
        }

        if (connection.Endpoint is { } endpoint)
        {
            PostOpenResult(stream.Id, OpenOutcome.Connected);
            stream.Attach(endpoint);
        }
        else if (_streams.ContainsKey(stream.Id))
        {
            stream.Abandon();
            PostOpenResult(stream.Id, connection.Outcome);
        }
    }

    private void PostOpenResult(uint streamId, OpenOutcome outcome)
    {
        Span<byte> payload = stackalloc byte[OpenResultPayload.Bytes];
        OpenResultPayload.Write(payload, outcome);
        Post(FrameKind.OpenResult, streamId, payload, isSentNext: true);
        _sender.SendPosted();
    }

    private string? OnOpenResult(uint streamId, ReadOnlySpan<byte> payload)
    {
        if (_role != SessionRole.Consumer || OpenResultPayload.TryRead(payload, out var outcome) != FrameError.None)
        {
            return "an open's result that is malformed or not due";
        }

        // A result may cross the reset of its stream.
        _pendingOpens.TryRemove(streamId, out var pending);
        if (outcome != OpenOutcome.Connected && _streams.TryGetValue(streamId, out var stream))
        {
            stream.Abandon();
        }

        pending?.TrySetResult(outcome);
        return null;
    }

    /// <summary>A frame that came while no data may be forwarded.</summary>
    private readonly record struct HeldFrame(FrameKind Kind, TunnelStream Stream, byte[] Payload);
}
