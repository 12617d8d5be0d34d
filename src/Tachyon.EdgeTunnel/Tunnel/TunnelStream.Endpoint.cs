using System.Runtime.CompilerServices;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>The work between the local endpoint and the frames, in both directions.</content>
internal sealed partial class TunnelStream
{
    // Local end → frames.
    private async Task PumpAsync(IStreamEndpoint endpoint)
    {
        try
        {
            while (await CarryOnceAsync(endpoint))
            {
            }
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            Reset(ResetReason.LocalEndClosed);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> CarryOnceAsync(IStreamEndpoint endpoint)
    {
        await endpoint.WaitForDataAsync();
        var buffer = _pool.Rent();
        try
        {
            var readBytes = await endpoint.ReadAsync(buffer.Payload);
            if (readBytes == 0)
            {
                FinishLocal();
                return false;
            }

            var offset = 0;
            while (offset < readBytes)
            {
                var windowBytes = await TakeWindowAsync(readBytes - offset);
                if (windowBytes == 0)
                {
                    return false;
                }

                var sentBytes = await _host.SendDataAsync(this, buffer, offset, windowBytes);
                if (sentBytes < 0)
                {
                    return false;
                }

                offset += sentBytes;
                ReturnWindow(windowBytes - sentBytes);
            }

            return true;
        }
        finally
        {
            _pool.Return(buffer);
        }
    }

    // Zero when nothing more may be sent.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> TakeWindowAsync(int wantedBytes)
    {
        while (true)
        {
            ValueTask wait;
            lock (_lock)
            {
                if (_localDone)
                {
                    return 0;
                }

                var taken = _sendWindow.Take(wantedBytes);
                if (taken > 0)
                {
                    return taken;
                }

                wait = _windowWaiter.Begin();
                _waitsForWindow = true;
            }

            await wait;
        }
    }

    private void ReturnWindow(int bytes)
    {
        if (bytes > 0)
        {
            lock (_lock)
            {
                _sendWindow.Return(bytes);
            }
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
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
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
                ResetLocked(ResetReason.LocalEndClosed);
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
            ResetLocked(ResetReason.LocalEndClosed);
        }
    }

    private void CloseEndpoint() => _endpoint?.Close(inOrder: !_localReset && !_remoteReset);
}
