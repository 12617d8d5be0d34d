using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tun;

/// <content>From the device to the peer.</content>
internal sealed partial class PacketLink
{
    private readonly Lock _out = new();
    private readonly Lock _gateLock = new();
    private readonly DatagramSealer _sealer;
    private readonly PacketSender _sender;
    private readonly PacketHold _outHold;
    private readonly byte[] _unit = new byte[FrameLayout.UnitSectionBytes];
    private const ulong HeardRecentlyMs = 1_000;

    private DatagramGate _gate;
    private ulong _lastSentMs;
    private volatile bool _canSend;
    private volatile bool _outWanted;
    private volatile bool _unitDue;
    private volatile bool _signOfLifeDue;

    /// <summary>Sends a packet that the device read. What the buffer holds is of no use afterwards.</summary>
    /// <param name="buffer">The packet with <see cref="PacketSender.RoomBeforeBytes"/> in front of it and <see cref="PacketSender.RoomBehindBytes"/> behind.</param>
    /// <param name="header">What goes with it.</param>
    public void Send(Span<byte> buffer, in PacketHeader header)
    {
        var packet = buffer.Slice(PacketSender.RoomBeforeBytes, header.PacketBytes);
        TcpRun? run = null;
        if (!IpPacket.TryRead(packet, out var ip))
        {
            return;
        }

        if (header.SegmentBytes > 0)
        {
            if (!TcpRun.TryRead(packet, header, ip, out var read))
            {
                return;
            }

            run = read;
        }

        lock (_out)
        {
            if (_ended || _disposed || !_canSend)
            {
                return;
            }

            var countedBytes = run?.CountedBytes ?? header.PacketBytes;
            if (!_outHold.IsEmpty || !TryAdmit(countedBytes))
            {
                if (!_outHold.TryAdd(packet, header, run))
                {
                    Interlocked.Increment(ref _lostPackets);
                }

                _outWanted |= Rate is not null;
            }
            else
            {
                Transmit(buffer, header, run, countedBytes);
            }
        }

        SeeToOut();
    }

    public bool TryTakeUnit()
    {
        // Over the session while datagrams may not get through at all.
        if (_ended || _disposed || !_canSend || NowMs - Volatile.Read(ref _heardMs) > HeardRecentlyMs)
        {
            return false;
        }

        _unitDue = true;
        SeeToOut();
        return true;
    }

    // Whoever holds the lock sees to what was wanted meanwhile, once it has let go: nothing is missed, and nobody waits.
    private void SeeToOut()
    {
        while ((_outWanted || _unitDue || _signOfLifeDue) && !_disposed && _canSend && !_out.IsHeldByCurrentThread && _out.TryEnter())
        {
            try
            {
                if (_disposed)
                {
                    return;
                }

                if (_outWanted)
                {
                    _outWanted = false;
                    SendHeld();
                }

                if (!_disposed && TakeUnit() is { IsEmpty: false } unit)
                {
                    SendAlone(unit);
                }
                else if (_signOfLifeDue && !_disposed)
                {
                    SendAlone(default);
                }
            }
            finally
            {
                _out.Exit();
            }
        }
    }

    private void SendHeld()
    {
        while (_outHold.TryPeek(out var held))
        {
            if (_ended)
            {
                _outHold.Clear();
                return;
            }

            if (!TryAdmit(held.CountedBytes))
            {
                return;
            }

            Transmit(held.Buffer, held.Header, held.Run, held.CountedBytes);
            _outHold.Drop();
        }
    }

    // The gate first, and charged only with what the engine admits too.
    private bool TryAdmit(int countedBytes)
    {
        if (_role == SessionRole.Consumer)
        {
            return _engine.TryAdmitWhole(countedBytes);
        }

        if (Rate is { } rate)
        {
            if (!rate.TryTakeWhole(countedBytes))
            {
                return false;
            }

            if (!TryAdmitHeard(countedBytes))
            {
                rate.Return(countedBytes);
                return false;
            }

            return true;
        }

        return TryAdmitHeard(countedBytes);
    }

    private bool TryAdmitHeard(int countedBytes)
    {

        lock (_gateLock)
        {
            var gate = _gate;
            if (!gate.TrySend(countedBytes, NowMs))
            {
                return false;
            }
        }

        if (!_engine.TryAdmitWhole(countedBytes))
        {
            return false;
        }

        lock (_gateLock)
        {
            _gate.TrySend(countedBytes, NowMs);
        }

        return true;
    }

    private void Transmit(Span<byte> buffer, in PacketHeader header, in TcpRun? run, int countedBytes)
    {
        // Admitting it may have ended the session.
        if (_disposed)
        {
            return;
        }

        NoteSending();
        Interlocked.Add(ref _sentBytes, countedBytes);
        _activity = true;
        var unit = TakeUnit();
        if (run is { } segments)
        {
            _sender.Send(buffer, PacketSender.RoomBeforeBytes, header, segments, unit);
        }
        else
        {
            _sender.Send(buffer, PacketSender.RoomBeforeBytes, header, unit);
        }
    }

    private void SendAlone(ReadOnlySpan<byte> unit)
    {
        NoteSending();
        _sender.SendAlone(unit);
    }

    private void NoteSending()
    {
        var nowMs = NowMs;
        _sealer.Advance(nowMs);
        _signOfLifeDue = false;
        Volatile.Write(ref _lastSentMs, nowMs);
        Volatile.Write(ref _unansweredBytes, 0);
    }

    private ReadOnlySpan<byte> TakeUnit()
    {
        if (!_unitDue)
        {
            return default;
        }

        _unitDue = false;
        return _engine.TryWriteDueUnit(_unit) ? _unit : default;
    }
}
