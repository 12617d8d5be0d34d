using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>Signs of life, and every way a session ends.</content>
internal sealed partial class TunnelSession
{
    private volatile SessionPhase _phase = SessionPhase.Open;
    private volatile bool _remoteQuiet;
    private volatile bool _settled;
    private volatile bool _lastWordIsDue;
    private bool _quiesced;
    private bool _failed;
    private bool _localOffersClosure;
    private bool _remoteOffersClosure;
    private GoodbyeReason? _endReason;
    private bool _endByPeer;
    private string _endDetail = "";
    private readonly long _startedAt;
    private long _lastReceivedAt;
    private long _lastPingAt;
    private long _lastBusyAt;
    private long _endingSince;
    private long _roundTripTicks;
    private long _leastRoundTripTicks;

    private TimeSpan RoundTripTime => TimeSpan.FromTicks(Interlocked.Read(ref _roundTripTicks));

    // What the path itself takes: the first ping goes out before any traffic waits in front of it.
    private TimeSpan LeastRoundTripTime => TimeSpan.FromTicks(Interlocked.Read(ref _leastRoundTripTicks));

    /// <summary>Ends the session in order: streams are given up, the last units exchanged. The channel stays active.</summary>
    public Task<SessionEnd> EndAsync(GoodbyeReason reason, string detail)
    {
        BeginEnd(reason, byPeer: false, detail, offerClosure: false);
        return Completion;
    }

    /// <summary>Ends the session and closes the channel: both sides stop serving and sign a closure at the agreed count.</summary>
    public Task<SessionEnd> CloseChannelAsync()
    {
        BeginEnd(GoodbyeReason.ChannelClosed, byPeer: false, "this node closes the channel", offerClosure: true);
        return Completion;
    }

    void IUnitEngineHost.Settled()
    {
        _settled = true;
        if (_role == SessionRole.Consumer)
        {
            // The consumer has the last answer, so the consumer hangs up; the provider's last frame then has arrived.
            _ = FinishAfterFlushAsync();
        }
    }

    private void BeginEnd(GoodbyeReason reason, bool byPeer, string detail, bool offerClosure)
    {
        lock (_lock)
        {
            if (_phase != SessionPhase.Open)
            {
                return;
            }

            _phase = SessionPhase.Ending;
            _endingSince = _time.GetTimestamp();
            _localOffersClosure = offerClosure;
            SetEnd(reason, byPeer, detail);
        }

        foreach (var stream in _streams.Values)
        {
            stream.Reset(ResetReason.SessionEnding);
        }

        if (_packets is { } packets)
        {
            packets.EndSending();
            _lastWordIsDue = true;
        }
        else
        {
            SayLastWord();
        }
    }

    // Packets do not come in the order of the session: what is under way is given time to arrive, and so to be counted.
    private void SayLastWordInTime()
    {
        var wait = RoundTripTime > PacketsUnderWay ? RoundTripTime : PacketsUnderWay;
        if (_lastWordIsDue && _time.GetElapsedTime(_endingSince) >= wait)
        {
            _lastWordIsDue = false;
            SayLastWord();
        }
    }

    private void SayLastWord()
    {
        _engine.Ending();
        if (_localOffersClosure)
        {
            Post(FrameKind.ClosureOffer, 0, default);
        }
        else
        {
            PostGoodbye(_endReason ?? GoodbyeReason.Orderly);
        }

        QuiesceIfBothAreQuiet();
    }

    private string? OnGoodbye(ReadOnlySpan<byte> payload)
    {
        if (GoodbyePayload.TryRead(payload, out var reason) != FrameError.None)
        {
            return "a goodbye without a reason";
        }

        if (_remoteQuiet)
        {
            // After a closure was offered, or said twice: the reason is all that is new.
            return null;
        }

        LogGoodbye(reason);
        _remoteQuiet = true;
        BeginEnd(reason, byPeer: true, $"the peer ended the session: {reason}", offerClosure: false);
        QuiesceIfBothAreQuiet();
        return null;
    }

    private string? OnClosureOffer()
    {
        if (_remoteQuiet)
        {
            return "a closure offer after its last word";
        }

        _remoteOffersClosure = true;
        _remoteQuiet = true;
        BeginEnd(GoodbyeReason.ChannelClosed, byPeer: true, "the peer closes the channel", offerClosure: true);
        QuiesceIfBothAreQuiet();
        return null;
    }

    private void QuiesceIfBothAreQuiet()
    {
        lock (_lock)
        {
            if (_phase != SessionPhase.Ending || !_remoteQuiet || _quiesced || _lastWordIsDue)
            {
                return;
            }

            _quiesced = true;
        }

        _engine.Quiesce(_localOffersClosure && _remoteOffersClosure);
    }

    private string? OnPing(ReadOnlySpan<byte> payload)
    {
        Post(FrameKind.Pong, 0, payload);
        return null;
    }

    private string? OnPong(ReadOnlySpan<byte> payload)
    {
        if (PingPayload.TryRead(payload, out var token) == FrameError.None)
        {
            var sentAt = unchecked((long)token);
            var elapsed = _time.GetElapsedTime(sentAt);
            if (elapsed >= TimeSpan.Zero && elapsed < _options.PeerTimeout)
            {
                Interlocked.Exchange(ref _roundTripTicks, elapsed.Ticks);
                var least = LeastRoundTripTime;
                Interlocked.Exchange(ref _leastRoundTripTicks, least == default || elapsed < least ? elapsed.Ticks : least.Ticks);
            }
        }

        return null;
    }

    private void Ping()
    {
        // The token is this side's own clock: what comes back tells the round trip and means nothing to the peer.
        _lastPingAt = _time.GetTimestamp();
        Span<byte> payload = stackalloc byte[PingPayload.Bytes];
        PingPayload.Write(payload, unchecked((ulong)_lastPingAt));
        Post(FrameKind.Ping, 0, payload);
    }

    private void Tick()
    {
        if (_phase == SessionPhase.Ended)
        {
            return;
        }

        if (_time.GetElapsedTime(Volatile.Read(ref _lastReceivedAt)) > _options.PeerTimeout)
        {
            OnBroken(new IOException($"Nothing came from the peer for {_options.PeerTimeout.TotalSeconds:0} s."));
            return;
        }

        if (_phase == SessionPhase.Ending && _time.GetElapsedTime(_endingSince) > _options.EndTimeout)
        {
            Complete();
            return;
        }

        if (_time.GetElapsedTime(_lastPingAt) > _options.PingInterval)
        {
            Ping();
        }

        if (_options.SessionLimit is { } longest && _time.GetElapsedTime(_startedAt) > longest)
        {
            BeginEnd(GoodbyeReason.Orderly, byPeer: false, $"a session lasts {longest.TotalSeconds:0} s here", offerClosure: false);
        }

        SayLastWordInTime();
        _packets?.Tick();
        if (!_streams.IsEmpty || _packets?.TakeActivity() == true)
        {
            _lastBusyAt = _time.GetTimestamp();
        }
        else if (_options.IdleTimeout is { } limit && _time.GetElapsedTime(_lastBusyAt) > limit)
        {
            BeginEnd(GoodbyeReason.Idle, byPeer: false, $"no stream for {limit.TotalSeconds:0} s", offerClosure: false);
        }

        _engine.Tick(RoundTripTime);
        _sender.SendIfPosted();
    }

    private void OnConnectionEnded(FrameError error)
    {
        lock (_lock)
        {
            SetEnd(null, byPeer: true, error == FrameError.Truncated ? "the connection was cut" : "the connection ended without a goodbye");
        }

        Complete();
    }

    private void OnBroken(Exception exception)
    {
        lock (_lock)
        {
            SetEnd(null, byPeer: false, exception.Message);
        }

        Complete();
    }

    // Says why, gives the word a moment to leave, and hangs up.
    private async Task FailAsync(GoodbyeReason reason, string detail)
    {
        lock (_lock)
        {
            if (_phase == SessionPhase.Ended || _failed)
            {
                return;
            }

            _failed = true;
            _phase = SessionPhase.Ending;
            _endingSince = _time.GetTimestamp();

            // What goes wrong at the end is news, also where the end had begun in order.
            (_endReason, _endByPeer, _endDetail) = (reason, false, detail);
        }

        LogFailed(reason, detail);
        foreach (var stream in _streams.Values)
        {
            stream.Abandon();
        }

        PostGoodbye(reason);
        await FinishAfterFlushAsync();
    }

    private async Task FinishAfterFlushAsync()
    {
        var flushed = _sender.FlushAsync();
        try
        {
            await flushed.WaitAsync(LastWordTimeout, _time);
        }
        catch (TimeoutException)
        {
            // A peer that does not read does not get to hold the session.
        }

        Complete();
    }

    private void PostGoodbye(GoodbyeReason reason)
    {
        Span<byte> payload = stackalloc byte[GoodbyePayload.Bytes];
        GoodbyePayload.Write(payload, reason);
        Post(FrameKind.Goodbye, 0, payload);
    }

    // The first reason stands: what follows from it (a broken connection, say) is not news. A connection that ends
    // while the session was ending anyway is that end.
    private void SetEnd(GoodbyeReason? reason, bool byPeer, string detail)
    {
        if (_endDetail.Length == 0)
        {
            (_endReason, _endByPeer, _endDetail) = (reason, byPeer, detail);
        }
    }

    private void Complete()
    {
        SessionEnd end;
        lock (_lock)
        {
            if (_phase == SessionPhase.Ended)
            {
                return;
            }

            _phase = SessionPhase.Ended;
            end = new SessionEnd(_endReason, _endByPeer, _endDetail) { Settled = _settled };
        }

        _ticker?.Dispose();
        _stopping.Cancel();
        EndPackets();
        _sender.Stop();
        _engine.Stop();
        foreach (var stream in _streams.Values)
        {
            stream.Abandon();
        }

        // Senders that wait for admission find the session stopped.
        BeginRound();
        _ = CloseTransportAsync();
        _loop?.Dispose();
        LogEnded(end.Reason?.ToString() ?? "connection lost", end.ByPeer, end.Detail);
        _ended.TrySetResult(end);
    }

    private async Task CloseTransportAsync()
    {
        try
        {
            await _transport.DisposeAsync();
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            // It was broken already.
        }
    }
}
