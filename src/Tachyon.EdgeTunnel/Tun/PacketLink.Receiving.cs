using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tun;

/// <content>From the peer to the device.</content>
internal sealed partial class PacketLink
{
    private readonly Lock _in = new();
    private readonly DatagramOpener _opener;
    private readonly GroupAssembly _assembly = new();
    private readonly PacketWriter _writer;
    private readonly IPacketJudge _judge;
    private readonly PacketHold _inHold;
    private int _unansweredBytes;
    private ulong _heardMs;
    private volatile bool _inWanted;

    /// <summary>Takes datagrams that came for this path.</summary>
    /// <param name="received">Behind each other; opened in place. Pinned.</param>
    /// <param name="datagramBytes">The length of each but the last.</param>
    /// <param name="from">Where they came from.</param>
    public void Receive(Span<byte> received, int datagramBytes, ReadOnlySpan<byte> from)
    {
        var heard = false;
        lock (_in)
        {
            if (_disposed)
            {
                return;
            }

            var rest = received;
            while (!_disposed && _assembly.TryNext(ref rest, datagramBytes, _opener, out var header, out var group))
            {
                if (_opener.Open(header, group) != DatagramOutcome.Opened)
                {
                    continue;
                }

                heard = true;
                if (header.Counter + 1 == _opener.End)
                {
                    Follow(from);
                }

                Take(group[..^DatagramLayout.TagBytes]);
                if (!received.Overlaps(group))
                {
                    // It lies in a place that the next one may take.
                    _writer.Flush();
                }
            }

            _writer.Flush();
            MissingGroups = _opener.Missing;
        }

        if (heard)
        {
            Hear();
        }

        SeeToIn();
        SeeToOut();
    }

    // The newest authenticated datagram tells where the peer is: an old one that somebody sends again from elsewhere does not.
    private void Follow(ReadOnlySpan<byte> from)
    {
        if (_role == SessionRole.Provider && !_peer.Is(from))
        {
            if (_canSend)
            {
                LogRoamed();
            }

            _peer.Set(from);
            _canSend = true;
        }
    }

    private void Hear()
    {
        Volatile.Write(ref _heardMs, NowMs);
        if (_role == SessionRole.Consumer)
        {
            _signOfLifeDue |= Volatile.Read(ref _unansweredBytes) >= _options.SignOfLifeBytes;
            return;
        }

        lock (_gateLock)
        {
            _gate.Heard(NowMs);
        }

        _outWanted |= !_outHold.IsEmpty;
    }

    private void Take(Span<byte> content)
    {
        if (!PacketHeader.TryRead(content, out var header))
        {
            return;
        }

        if (header.HasUnit)
        {
            // Before the packet: the unit may be what makes room for it.
            _engine.OnUnit(new UnitSection(content.Slice(PacketHeader.Bytes, FrameLayout.UnitSectionBytes)));
        }

        if (header.PacketBytes > 0)
        {
            TakePacket(content.Slice(header.PrefixBytes, header.PacketBytes), header);
        }
    }

    private void TakePacket(Span<byte> packet, in PacketHeader header)
    {
        TcpRun? run = null;
        var largestBytes = packet.Length;
        if (IpPacket.TryRead(packet, out var ip) && header.SegmentBytes > 0 && TcpRun.TryRead(packet, header, ip, out var read))
        {
            run = read;
            largestBytes = read.LargestPacketBytes;
        }

        if (ip == default || run is null != (header.SegmentBytes == 0) || largestBytes > _options.MtuBytes || !_judge.Allows(packet, ip))
        {
            Interlocked.Increment(ref _refusedPackets);
            return;
        }

        var countedBytes = run?.CountedBytes ?? packet.Length;
        if (!_inHold.IsEmpty || !TryCount(countedBytes))
        {
            if (!_inHold.TryAdd(packet, header, run))
            {
                Interlocked.Increment(ref _lostPackets);
            }

            _inWanted |= Rate is not null;

            return;
        }

        Deliver(packet, header, run, countedBytes);
    }

    private bool TryCount(int countedBytes)
    {
        if (Rate is { } rate && !rate.TryTakeWhole(countedBytes))
        {
            return false;
        }

        var isCounted = _engine.TryCountReceived(countedBytes);
        Rate?.Return(isCounted ? 0 : countedBytes);
        return isCounted;
    }

    private void Deliver(Span<byte> packet, in PacketHeader header, in TcpRun? run, int countedBytes)
    {
        _activity = true;
        Interlocked.Add(ref _receivedBytes, countedBytes);
        Interlocked.Add(ref _unansweredBytes, countedBytes);
        _writer.Add(packet, header, run);
    }

    private void SeeToIn()
    {
        while (_inWanted && !_disposed && !_in.IsHeldByCurrentThread && _in.TryEnter())
        {
            try
            {
                _inWanted = false;
                DeliverHeld();
            }
            finally
            {
                _in.Exit();
            }
        }
    }

    private unsafe void DeliverHeld()
    {
        while (!_disposed && _inHold.TryPeek(out var held))
        {
            if (!TryCount(held.CountedBytes))
            {
                return;
            }

            fixed (byte* pinned = held.Buffer)
            {
                Deliver(held.Packet, held.Header, held.Run, held.CountedBytes);
                _writer.Flush();
            }

            _inHold.Drop();
        }
    }
}
