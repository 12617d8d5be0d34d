using System.Runtime.CompilerServices;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Frames in sealed records (docs/security.md, Records): sealed where they are, sent once, opened where they arrived.</summary>
internal sealed class RecordTransport : IFrameTransport
{
    // Small records are read in bulk; of a large one, only the header of the next is read with it, so that next to nothing
    // has to be moved to the front.
    private const int BulkBytes = 16 * 1024;
    private const int Idle = 0;
    private const int Sending = 1;
    private const int Disposed = 2;

    private readonly IByteLink _link;
    private readonly RecordSealer _sealer;
    private readonly RecordOpener _opener;
    private readonly TimeProvider _time;
    private readonly byte[] _rekey = new byte[RecordLayout.OverheadBytes];
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(RecordLayout.MaxRecordBytes + BulkBytes, pinned: true);
    private int _sendState = Idle;
    private long _keyedAt;
    private int _start;
    private int _end;

    // Frames of the record that is open now.
    private int _frameStart;
    private int _frameEnd;

    public RecordTransport(IByteLink link, RecordSealer sealer, RecordOpener opener, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(sealer);
        ArgumentNullException.ThrowIfNull(opener);
        ArgumentNullException.ThrowIfNull(time);
        _link = link;
        _sealer = sealer;
        _opener = opener;
        _time = time;
        _keyedAt = time.GetTimestamp();
    }

    public bool ReceivesOnCallersThread => _link.ReceivesOnCallersThread;

    public void Join(EventLoop loop) => _link.Join(loop);

    public ValueTask SendAsync(OutgoingFrames frames)
    {
        ObjectDisposedException.ThrowIf(Interlocked.CompareExchange(ref _sendState, Sending, Idle) == Disposed, this);
        if (_sealer.IsRekeyDue(_time.GetElapsedTime(_keyedAt)))
        {
            return SendWithRekeyAsync(frames);
        }

        _sealer.SealFrames(frames.Record.Span);
        var sent = _link.SendAsync(frames.Record);
        if (!sent.IsCompletedSuccessfully)
        {
            return FinishAsync(sent);
        }

        EndSend();
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedFrame> ReceiveAsync()
    {
        while (true)
        {
            if (_frameStart < _frameEnd)
            {
                return NextFrame();
            }

            var availableBytes = _end - _start;
            var neededBytes = RecordLayout.HeaderBytes;
            if (availableBytes >= RecordLayout.HeaderBytes)
            {
                if (!RecordHeader.TryRead(_received.AsSpan(_start), out var header))
                {
                    return ReceivedFrame.Malformed(FrameError.MalformedPayload);
                }

                neededBytes = header.RecordBytes;
                if (availableBytes >= neededBytes)
                {
                    switch (Open(header))
                    {
                        case RecordOutcome.Frames or RecordOutcome.Rekeyed:
                            continue;
                        case RecordOutcome.Ended:
                            return ReceivedFrame.Ended(cut: false);
                        default:
                            return ReceivedFrame.Malformed(FrameError.NotGenuine);
                    }
                }
            }

            MakeRoom(neededBytes);
            var wantedBytes = neededBytes > BulkBytes ? neededBytes - availableBytes + RecordLayout.HeaderBytes : BulkBytes;
            wantedBytes = Math.Min(wantedBytes, _received.Length - _end);
            var receivedBytes = await _link.ReceiveAsync(_received.AsMemory(_end, wantedBytes));
            if (receivedBytes == 0)
            {
                return ReceivedFrame.Ended(cut: true);
            }

            _end += receivedBytes;
        }
    }

    public ValueTask DisposeAsync()
    {
        // The end is told only where no frame is on its way, which would have to go first and may never go.
        var state = Interlocked.Exchange(ref _sendState, Disposed);
        if (state == Idle)
        {
            _sealer.SealEnd(_rekey);
            try
            {
                _link.TrySend(_rekey);
            }
            catch (Exception e) when (ConnectionFault.Is(e))
            {
                // The peer has gone first.
            }

            _sealer.Dispose();
        }

        return state == Disposed ? ValueTask.CompletedTask : _link.DisposeAsync();
    }

    private RecordOutcome Open(RecordHeader header)
    {
        var outcome = _opener.Open(header, _received.AsSpan(_start, header.RecordBytes));
        if (outcome == RecordOutcome.Frames)
        {
            _frameStart = _start + RecordLayout.HeaderBytes;
            _frameEnd = _frameStart + header.ContentBytes;
        }

        _start += header.RecordBytes;
        return outcome;
    }

    private ReceivedFrame NextFrame()
    {
        var left = _received.AsMemory(_frameStart, _frameEnd - _frameStart);
        var error = FrameHeader.TryRead(left.Span, out var header);
        if (error == FrameError.None && header.FrameBytes > left.Length)
        {
            error = FrameError.Truncated;
        }

        if (error != FrameError.None)
        {
            // Genuine, and no whole frame all the same: this peer is not to be talked to.
            return ReceivedFrame.Malformed(error);
        }

        _frameStart += header.FrameBytes;
        return ReceivedFrame.Frame(header, left[..header.FrameBytes]);
    }

    private void MakeRoom(int neededBytes)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start + neededBytes + RecordLayout.HeaderBytes > _received.Length || _end == _received.Length)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }
    }

    private async ValueTask SendWithRekeyAsync(OutgoingFrames frames)
    {
        _sealer.SealRekey(_rekey);
        _keyedAt = _time.GetTimestamp();
        await _link.SendAsync(_rekey);
        _sealer.SealFrames(frames.Record.Span);
        await _link.SendAsync(frames.Record);
        EndSend();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishAsync(ValueTask sent)
    {
        await sent;
        EndSend();
    }

    private void EndSend()
    {
        if (Interlocked.CompareExchange(ref _sendState, Idle, Sending) == Disposed)
        {
            // Whoever disposed of it left the keys to the send that was under way.
            _sealer.Dispose();
        }
    }
}
