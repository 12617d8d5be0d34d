using System.Runtime.CompilerServices;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// The one way onto a session's connection: data frames of streams, straight from their buffers, and control frames,
/// which whoever sends next takes along.
/// </summary>
/// <remarks>
/// Thread safe. A stream's data is read only once it is the stream's turn, so that however many streams have something to
/// send, one buffer is filled at a time. Posting never waits, so the reader can never be held up by a peer that does not
/// read: two readers that wait for each other's connection to drain would never end.
/// </remarks>
internal sealed class FrameSender(
    IFrameTransport transport, IUnitEngine engine, int maxControlBacklogBytes, Action<Exception> onBroken)
    : IThreadPoolWorkItem
{
    private const int ControlRecordBytes = 16 * 1024;

    private readonly SendGate _gate = new();
    private readonly SingleWaiter _flushWaiter = new();
    private readonly Lock _lock = new();
    private readonly byte[] _control = new byte[RecordLayout.OverheadBytes + ControlRecordBytes];
    private ControlBuffer _filling = new();
    private ControlBuffer _sending = new();
    private int? _shutInRound;
    private int _batchThread;
    private bool _flushScheduled;
    private bool _unitIsDue;
    private volatile bool _stopped;
    private long _framesSent;
    private long _payloadBytesSent;

    /// <summary>Frames sent so far.</summary>
    public long FramesSent => Interlocked.Read(ref _framesSent);

    /// <summary>Payload bytes of streams sent so far.</summary>
    public long PayloadBytesSent => Interlocked.Read(ref _payloadBytesSent);

    /// <summary>Queues a control frame.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="streamId">Its stream, or zero.</param>
    /// <param name="payload">What it says.</param>
    /// <param name="isSentNext">Whether the caller calls <see cref="SendPosted"/> right away, when it has let go of its locks.</param>
    /// <returns>False when too much is waiting already: the peer does not read.</returns>
    public bool TryPost(FrameKind kind, uint streamId, ReadOnlySpan<byte> payload, bool isSentNext = false)
    {
        lock (_lock)
        {
            if (_stopped)
            {
                return true;
            }

            if (_filling.Length > maxControlBacklogBytes)
            {
                return false;
            }

            _filling.Append(new FrameHeader(kind, FrameFlags.None, streamId, payload.Length), payload);
            if (!isSentNext)
            {
                ScheduleFlush();
            }

            return true;
        }
    }

    /// <summary>
    /// A unit is due: it leaves now, on the caller's thread, unless somebody is sending, who then takes it along; with the next data frame
    /// where there is one.
    /// </summary>
    public void UnitIsDue()
    {
        lock (_lock)
        {
            if (_stopped)
            {
                return;
            }

            _unitIsDue = true;
        }

        if (!IsInBatch)
        {
            SendPosted();
        }
    }

    /// <summary>What this thread posts until <see cref="EndBatch"/> is sent by it then, all at once. The session's reader alone does so.</summary>
    public void BeginBatch() => Volatile.Write(ref _batchThread, Environment.CurrentManagedThreadId);

    /// <summary>Ends the batch. Never waits.</summary>
    public void EndBatch()
    {
        Volatile.Write(ref _batchThread, 0);
        SendIfPosted();
    }

    /// <summary>Sends what was posted and waits still, if anything: a unit whose stream did not come back with more data.</summary>
    public void SendIfPosted()
    {
        if (HasPosted)
        {
            SendPosted();
        }
    }

    /// <summary>Sends what was posted, on the caller's thread as far as the connection takes it; whoever is sending does it else.</summary>
    /// <remarks>Not under a lock that somebody takes who holds the gate.</remarks>
    public void SendPosted()
    {
        if (_gate.TryEnterOrAsk())
        {
            _ = SendPostedAndLeaveAsync();
        }
    }

    /// <summary>Waits for the stream's turn and sends one frame of it: what its local end has, as far as window and engine admit.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="round">Grows with each resumption; until then nobody else reads what would not be admitted either.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CarryOutcome> CarryAsync(TunnelStream stream, int round)
    {
        var comesBack = false;
        await _gate.EnterAsync(stream.SendWaiter);
        try
        {
            await FlushControlAsync();

            // After the control frames: a Reset that is posted from here on goes out behind this frame, which is legal
            // only the other way round, so a stream that has posted one is seen here.
            if (_stopped || !stream.MaySend)
            {
                return CarryOutcome.Ended;
            }

            if (!stream.HasUnsent)
            {
                if (_shutInRound == round)
                {
                    return CarryOutcome.NotAdmitted;
                }

                var filled = stream.Fill();
                if (filled != CarryOutcome.Sent)
                {
                    return filled;
                }
            }

            var (buffer, offset, wanted) = stream.Unsent;
            if (wanted == 0)
            {
                return CarryOutcome.NoWindow;
            }

            var admitted = engine.AdmitSend(wanted);
            if (admitted == 0)
            {
                _shutInRound = round;
                return CarryOutcome.NotAdmitted;
            }

            var withUnit = TakeUnitDue() && engine.TryWriteDueUnit(buffer.UnitSectionBefore(offset));
            Interlocked.Increment(ref _framesSent);
            Interlocked.Add(ref _payloadBytesSent, admitted);
            await transport.SendAsync(buffer.FrameData(stream.Id, offset, admitted, withUnit));
            buffer.RestoreBehind(offset + admitted);
            stream.OnSent(admitted);
            comesBack = true;
            return CarryOutcome.Sent;
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            onBroken(e);
            return CarryOutcome.Ended;
        }
        finally
        {
            await LeaveAsync(comesBack);
        }
    }

    /// <summary>Completes once everything posted so far, and a unit that is due, has been handed to the connection.</summary>
    public Task FlushAsync() => FlushAsync(new SingleWaiter());

    /// <summary>From here on nothing is sent or queued.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = FlushAsync(_flushWaiter);

    private async Task FlushAsync(SingleWaiter waiter)
    {
        await _gate.EnterAsync(waiter);
        try
        {
            if (ReferenceEquals(waiter, _flushWaiter))
            {
                // Before the queue is looked at: what is posted later schedules anew.
                lock (_lock)
                {
                    _flushScheduled = false;
                }
            }

            await SendPostedAsync();
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            onBroken(e);
        }
        finally
        {
            await LeaveAsync();
        }
    }

    private bool IsInBatch => Volatile.Read(ref _batchThread) == Environment.CurrentManagedThreadId;

    private bool HasPosted => HasPostedFrames || Volatile.Read(ref _unitIsDue);

    private bool HasPostedFrames
    {
        get
        {
            lock (_lock)
            {
                return _filling.Length > 0;
            }
        }
    }

    private async Task SendPostedAndLeaveAsync()
    {
        try
        {
            await SendPostedAsync();
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            onBroken(e);
        }
        finally
        {
            await LeaveAsync();
        }
    }

    // Gives the gate away, after what was posted while it was held: nobody else was woken for that. Whoever comes back at once with
    // more data takes a due unit along with that, which spares a record and waking the peer for it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask LeaveAsync(bool comesBack = false)
    {
        var mustLook = !comesBack && Volatile.Read(ref _unitIsDue);
        while (mustLook || !_gate.TryExit())
        {
            mustLook = false;
            if (comesBack && !HasPostedFrames)
            {
                continue;
            }

            try
            {
                await SendPostedAsync();
            }
            catch (Exception e) when (ConnectionFault.Is(e))
            {
                onBroken(e);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendPostedAsync()
    {
        await FlushControlAsync();
        if (!_stopped && TakeUnitDue()
            && engine.TryWriteDueUnit(_control.AsSpan(RecordLayout.HeaderBytes + FrameLayout.HeaderBytes, FrameLayout.UnitSectionBytes)))
        {
            new FrameHeader(FrameKind.Unit, FrameFlags.Unit, 0, 0).Write(_control.AsSpan(RecordLayout.HeaderBytes));
            Interlocked.Increment(ref _framesSent);
            await transport.SendAsync(new OutgoingFrames(_control, RecordLayout.HeaderBytes, FrameLayout.MaxPrefixBytes));
        }
    }

    private ValueTask FlushControlAsync()
    {
        lock (_lock)
        {
            if (_filling.Length == 0 || _stopped)
            {
                return ValueTask.CompletedTask;
            }

            (_filling, _sending) = (_sending, _filling);
            _filling.Clear();
        }

        Interlocked.Add(ref _framesSent, _sending.Frames);
        return SendControlAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendControlAsync()
    {
        while (_sending.Take(_control.AsSpan(RecordLayout.HeaderBytes, ControlRecordBytes)) is > 0 and var length)
        {
            await transport.SendAsync(new OutgoingFrames(_control, RecordLayout.HeaderBytes, length));
        }
    }

    private bool TakeUnitDue()
    {
        // Read without the lock first: nearly every data frame finds nothing due.
        if (!Volatile.Read(ref _unitIsDue))
        {
            return false;
        }

        lock (_lock)
        {
            var due = _unitIsDue;
            _unitIsDue = false;
            return due;
        }
    }

    // Not right here, since whoever posts may hold a lock of its own.
    private void ScheduleFlush()
    {
        if (!_flushScheduled && !IsInBatch && !_gate.TryAsk())
        {
            _flushScheduled = true;
            if (EventLoop.Current is { } loop)
            {
                loop.Post(static sender => ((IThreadPoolWorkItem)sender!).Execute(), this);
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
            }
        }
    }
}
