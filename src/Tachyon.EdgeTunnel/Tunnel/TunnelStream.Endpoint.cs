using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>The work between the local endpoint and the frames, in both directions.</content>
internal sealed partial class TunnelStream
{
    private FrameBuffer? _unsent;
    private int _unsentOffset;
    private int _unsentEnd;

    /// <summary>Whether something was read that could not be sent yet.</summary>
    public bool HasUnsent => _unsent is not null;

    /// <summary>What is to be sent next, no more than the peer has granted. Only with <see cref="HasUnsent"/>.</summary>
    public (FrameBuffer Buffer, int Offset, int Count) Unsent =>
        (_unsent!, _unsentOffset, (int)Math.Min(_unsentEnd - _unsentOffset, WindowBytes));

    private long WindowBytes
    {
        get
        {
            lock (_lock)
            {
                return _sendWindow.AvailableBytes;
            }
        }
    }

    private ResetReason LocalEndReason => _endpoint is { WasIdle: true } ? ResetReason.Idle : ResetReason.LocalEndClosed;

    /// <summary>Reads what the local end has, no more than the peer has granted.</summary>
    /// <returns><see cref="CarryOutcome.Sent"/> when there is something to send now.</returns>
    public CarryOutcome Fill()
    {
        var window = WindowBytes;
        if (window == 0)
        {
            return CarryOutcome.NoWindow;
        }

        var buffer = _framePool.Rent();
        var read = -1;
        try
        {
            // What others wait for is kept shorter.
            var mostBytes = _host.HasOneStream ? buffer.Capacity : Math.Min(buffer.Capacity, _sharedFrameBytes);
            read = _endpoint!.TryRead(buffer.Payload.Span[..(int)Math.Min(window, mostBytes)]);
            if (read <= 0)
            {
                return read == 0 ? CarryOutcome.EndOfData : CarryOutcome.NothingToRead;
            }

            (_unsent, _unsentOffset, _unsentEnd) = (buffer, 0, read);
            return CarryOutcome.Sent;
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            Reset(LocalEndReason);
            return CarryOutcome.Ended;
        }
        finally
        {
            if (read <= 0)
            {
                _framePool.Return(buffer);
            }
        }
    }

    /// <summary>So much of <see cref="Unsent"/> is on its way.</summary>
    public void OnSent(int bytes)
    {
        lock (_lock)
        {
            _ = _sendWindow.Take(bytes);
        }

        _unsentOffset += bytes;
        if (_unsentOffset == _unsentEnd)
        {
            ReturnUnsent();
        }
    }

    // Local end → frames.
    private async Task PumpAsync(IStreamEndpoint endpoint)
    {
        try
        {
            await endpoint.WaitForDataAsync();
            while (true)
            {
                switch (await _host.CarryAsync(this))
                {
                    case CarryOutcome.Sent:
                        await endpoint.TakeTurnAsync();
                        break;
                    case CarryOutcome.NothingToRead:
                        await endpoint.WaitForDataAsync();
                        break;
                    case CarryOutcome.NoWindow:
                        await WaitForWindowAsync();
                        break;
                    case CarryOutcome.EndOfData:
                        FinishLocal();
                        return;
                    default:
                        return;
                }
            }
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            Reset(LocalEndReason);
        }
        finally
        {
            ReturnUnsent();
        }
    }

    private void ReturnUnsent()
    {
        if (_unsent is { } buffer)
        {
            _unsent = null;
            _framePool.Return(buffer);
        }
    }

    private ValueTask WaitForWindowAsync()
    {
        lock (_lock)
        {
            if (_localDone || _sendWindow.AvailableBytes > 0)
            {
                return ValueTask.CompletedTask;
            }

            _waitsForWindow = true;
            return _windowWaiter.Begin();
        }
    }

    private void FinishLocal()
    {
        lock (_lock)
        {
            if (_localDone)
            {
                return;
            }

            Volatile.Write(ref _localDone, true);
            _host.Post(FrameKind.Fin, Id, default);
            CompleteIfDone();
        }
    }

    private void StartDraining()
    {
        _draining = true;
        _ = DrainAsync(_endpoint!);
    }

    // Frames → local end, for what it could not take at once.
    private async Task DrainAsync(IStreamEndpoint endpoint)
    {
        // Not on the reader's time, also when the first writes complete at once.
        await EventLoop.Enter(_host.Loop);
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> bytes;
                lock (_lock)
                {
                    bytes = _localReset ? default : _backlog.Peek();
                    if (bytes.IsEmpty)
                    {
                        StopDraining();
                        return;
                    }
                }

                await endpoint.WriteAsync(bytes);
                lock (_lock)
                {
                    _backlog.Advance(bytes.Length);
                    Consumed(bytes.Length, mayGrow: false);
                }
            }
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            lock (_lock)
            {
                ResetLocked(LocalEndReason);
                StopDraining();
            }
        }
    }

    private void StopDraining()
    {
        // Only here, with no write in flight: the pool may hand these buffers out at once.
        _backlog.Clear();
        _draining = false;
        if (_closed)
        {
            CloseEndpoint();
        }
        else if (_remoteDone && !_localReset)
        {
            ShutdownEndpoint();
        }
    }

    private void ShutdownEndpoint()
    {
        try
        {
            _endpoint!.ShutdownWrite();
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            ResetLocked(LocalEndReason);
        }
    }

    private void CloseEndpoint() => _endpoint?.Close(inOrder: !_localReset && !_remoteReset);
}
