using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>The consumer's end: counts what it uses, signs for it in time, and stops when its signatures go unanswered.</summary>
internal sealed partial class ConsumerUnitEngine : UnitEngine
{
    // For how long after a pause units are signed ahead: only a provider that ran out of credit shows that the path needs
    // it, and what is signed ahead when traffic stops is paid without having been used.
    private static readonly TimeSpan SignAheadPeriod = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan QuietPeriod = TimeSpan.FromSeconds(1);

    private readonly ConsumerLedger _ledger;
    private readonly RateMeter _rate;
    private ulong _roundTripMs;
    private ulong _answerMs;
    private (ulong BytesUsed, long At)? _sample;
    private bool _paused;
    private ulong? _statedBytes;
    private long? _providerPausedAt;
    private long _countedAt;
    private ulong _lostUpToBytes;
    private (ulong Bytes, long At) _proxysCount;

    public ConsumerUnitEngine(TunnelChannel channel, UnitEngineParts parts, ConsumerLedger ledger, SignedClosure? peerClosure)
        : base(channel, parts, new StoredChannel(ledger.NewestOwn, ledger.NewestPeer, ledger.Closure, peerClosure, ledger.OwnCountBytes))
    {
        _ledger = ledger;

        // A lock's units need no smoothing: what they cost lies with the proxy, from the first of them on.
        _rate = IsLock ? new RateMeter(smoothing: 1) : new RateMeter();
    }

    private bool IsLock => Channel.Terms.Kind == ChannelKind.Lock;

    protected override Address PeerAddress => Channel.Terms.Provider;

    protected override LedgerPhase Phase => _ledger.Phase;

    protected override SignedClosure? OwnClosure => _ledger.Closure;

    protected override ulong OwnCountBytes => _ledger.OwnCountBytes;

    protected override ulong UnkeptBytes => _ledger.UnkeptBytes;

    protected override ulong CreditBytes => _ledger.CreditBytes;

    // As much as it can concede to a provider that goes on: one checkpoint, and half a credit that stays missing.
    protected override ulong MaxUnkeptMarkedBytes => ProtocolConstants.CheckpointBytes / 2 * 3;

    /// <summary>Limits what this side's units may state, in bytes, by its own choice: the session ends in order before it is reached.</summary>
    public void LimitSigning(ulong limitBytes)
    {
        lock (Lock)
        {
            _ledger.SigningLimitBytes = ByteCounts.RoundDownToKB(limitBytes);
        }
    }

    /// <summary>What this side may sign for beyond its newest unit, by its own limit, while there is a session; 0 without a limit.</summary>
    public ulong HeldBytes
    {
        get
        {
            lock (Lock)
            {
                var signed = _ledger.NewestOwn?.Unit.BytesUsed ?? 0;
                var isLimited = Host is not null && _ledger.SigningLimitBytes <= ProtocolConstants.MaxCapacityBytes;
                return isLimited && _ledger.SigningLimitBytes > signed ? _ledger.SigningLimitBytes - signed : 0;
            }
        }
    }

    public override int AdmitSend(int wantedBytes)
    {
        var effects = default(EngineEffects);
        var admitted = 0;
        lock (Lock)
        {
            if (IsUp)
            {
                admitted = Admit(wantedBytes, partly: true, ref effects);
            }
        }

        effects.Apply(Host, this);
        return admitted;
    }

    public override bool TryAdmitWhole(int bytes)
    {
        var effects = default(EngineEffects);
        bool admitted;
        lock (Lock)
        {
            admitted = IsUp && Admit(bytes, partly: false, ref effects) == bytes;
        }

        effects.Apply(Host, this);
        return admitted;
    }

    public override bool TryCountReceived(int bytes)
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            // What was asked for and has arrived is owed, also while paused: only sending can be held back here.
            var nowMs = NowMs;
            _ledger.Count(bytes, nowMs);
            _rate.Add(bytes);
            _countedAt = Time.GetTimestamp();
            Poll(nowMs, ref effects);
            OnCounted(ref effects);
            EndAtSigningLimit(ref effects);
        }

        effects.Apply(Host, this);
        return true;
    }

    protected override bool TryHandleLocked(FrameKind kind, ReadOnlySpan<byte> payload, ref EngineEffects effects) => kind switch
    {
        FrameKind.Statement => TryHandleStatement(payload, ref effects),
        FrameKind.ClosureSigned => TryHandleClosure(payload, ref effects),
        _ => false,
    };

    public override void Tick(TimeSpan roundTripTime)
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            if (!IsUp)
            {
                return;
            }

            var nowMs = NowMs;
            _roundTripMs = (ulong)Math.Ceiling(roundTripTime.TotalMilliseconds);
            _rate.Tick(Time.GetTimestamp(), Time);
            TakeProxysCount(nowMs);
            Poll(nowMs, ref effects);
            switch (_ledger.CheckLeave(nowMs))
            {
                case LeaveReason.NoCounterUnit:
                    effects.End(GoodbyeReason.PauseTimedOut, inOrder: true, "the provider does not answer units");
                    break;
                case LeaveReason.ConcessionTooLarge:
                    effects.End(GoodbyeReason.Dispute, inOrder: true, "the provider states more than may be conceded");
                    break;
            }

            TrySettle(ref effects);
        }

        effects.Apply(Host, this);
    }

    protected override void StartLocked(ref EngineEffects effects)
    {
        _paused = false;
        _statedBytes = null;
        _providerPausedAt = null;
        _sample = null;
        _roundTripMs = 0;
        _mayPropose = false;
        if (OwnClosure is { } own)
        {
            ResumeClosing(own, ref effects);
            return;
        }

        var nowMs = NowMs;
        _ledger.StartSession(nowMs);

        // Also where it was answered: a provider that forgot the answer, and recalls it now, needs what it answered.
        Resend(_ledger.NewestOwn, ref effects);
        Poll(nowMs, ref effects);
    }

    protected override void QuiesceLocked(ref EngineEffects effects)
    {
        _ledger.WantUnit();
        if (Closing)
        {
            _mayPropose = true;
            _ledger.WantStep();
        }

        Poll(NowMs, ref effects);
        TrySettle(ref effects);
    }

    protected override LedgerRecord? Recall(SignedUnit shown) => _ledger.Recall(shown);

    protected override PeerUnitOutcome Receive(SignedUnit unit) => _ledger.Receive(unit, NowMs);

    protected override void OnAgreed(ref EngineEffects effects)
    {
        if (_sample is var (bytesUsed, at) && _ledger.AgreedBytes >= bytesUsed)
        {
            _answerMs = (ulong)Math.Ceiling(Time.GetElapsedTime(at).TotalMilliseconds);
            _sample = null;
        }

        effects.Resume |= _paused;
        _paused = false;
        Poll(NowMs, ref effects);
        TrySettle(ref effects);
    }

    // What was used meanwhile and is due, all in one unit.
    protected override void OnOwnDurable(ref EngineEffects effects) => Poll(NowMs, ref effects);

    protected override LedgerRecord? RaiseLedgerCapacity(ulong capacityBytes) => _ledger.RaiseCapacity(capacityBytes);

    protected override LedgerRecord KeepCounts() => _ledger.KeepCounts();

    protected override void RecallCount(ulong ownCountBytes) => _ledger.RecallCount(ownCountBytes);

    protected override ValueTask SaveSnapshotAsync(IUnitJournal journal) => journal.SnapshotAsync(Channel.ChannelId, _ledger.State);

    protected override ChannelStats StatsLocked(long unitsSigned, long unitsVerified) => new(
        _ledger.OwnCountBytes,
        _ledger.AgreedBytes,
        _ledger.NewestOwn?.Unit.BytesUsed ?? 0,
        _ledger.NewestPeer?.Unit.BytesUsed ?? 0,
        unitsSigned,
        unitsVerified,
        _ledger.AgreedBytes / ProtocolConstants.CheckpointBytes,
        _paused);

    private int Admit(int wantedBytes, bool partly, ref EngineEffects effects)
    {
        if (!MayCount(wantedBytes) || EndAtSigningLimit(ref effects))
        {
            return 0;
        }

        var nowMs = NowMs;
        var decision = _ledger.CheckSend(wantedBytes, nowMs);
        if (partly && decision == PayloadDecision.AtCapacity)
        {
            // The last part still fits.
            wantedBytes = (int)Math.Min((ulong)wantedBytes, _ledger.CapacityBytes - _ledger.OwedBytes);
            decision = wantedBytes > 0 ? _ledger.CheckSend(wantedBytes, nowMs) : decision;
        }

        switch (decision)
        {
            case PayloadDecision.Forward:
                _ledger.Count(wantedBytes, nowMs);
                _rate.Add(wantedBytes);
                _countedAt = Time.GetTimestamp();
                Poll(nowMs, ref effects);
                OnCounted(ref effects);
                return wantedBytes;
            case PayloadDecision.AtCapacity:
                _paused = true;
                effects.End(GoodbyeReason.CapacityReached, inOrder: true, $"all {_ledger.CapacityBytes} bytes of the channel are used");
                return 0;
            default:
                _paused = true;
                return 0;
        }
    }

    // Before the limit by the provider's credit: so much may arrive yet, and it must still be signed for.
    private bool EndAtSigningLimit(ref EngineEffects effects)
    {
        if (!SigningLimit.MustStop(_ledger.OwedBytes, _ledger.CreditBytes, _ledger.SigningLimitBytes))
        {
            return false;
        }

        _paused = true;
        effects.End(GoodbyeReason.Orderly, inOrder: true, $"this side signs for no more than {_ledger.SigningLimitBytes} bytes");
        return true;
    }

    private void Poll(ulong nowMs, ref EngineEffects effects)
    {
        if (!IsUp || IsOwnUnderWay)
        {
            return;
        }

        // How long an answer takes includes both journals, so it and not the bare round trip is what must be bridged.
        var bridgeMs = Math.Max(_roundTripMs, _answerMs);
        var hasPaused = _providerPausedAt is { } pausedAt && Time.GetElapsedTime(pausedAt) < SignAheadPeriod;
        var aheadBytes = hasPaused ? SignAhead.BytesFor(_rate.BytesPerSecond, bridgeMs, _ledger.AgreedBytes, _ledger.CreditBytes) : 0;
        var stepBytes = SignAhead.StepBytes(_rate.BytesPerSecond, _ledger.AgreedBytes);
        if (stepBytes > ProtocolConstants.UnitIntervalBytes)
        {
            // Each unit comes when a megabyte of use is unsigned, or all of it is signed where that was too late, and reaches a step
            // further than the last.
            aheadBytes = Math.Max(aheadBytes, stepBytes - (hasPaused ? 0 : ProtocolConstants.UnitIntervalBytes));
        }

        if (IsLock)
        {
            // An exit serves up to what was signed, so it is signed ahead at all times, by as much as a provider gives credit.
            aheadBytes = Closing ? 0 : _ledger.CreditBytes;
            bridgeMs = _roundTripMs;
            stepBytes = SignAhead.RouteStepBytes(_rate.BytesPerSecond, _roundTripMs, aheadBytes);
        }

        var action = _ledger.Poll(nowMs, bridgeMs, aheadBytes, stepBytes);
        if (action.Record is { } record)
        {
            _sample ??= (action.Unit!.Unit.BytesUsed, Time.GetTimestamp());
            Append(record, ref effects, action.Unit);
        }
        else if (action.Unit is not null)
        {
            Resend(action.Unit, ref effects);
        }
    }

    // On a lock nobody states a count: the proxy's unit is the exit's, as far as it was signed for. What it has beyond this side's
    // while nothing moves was lost with a connection, and would be missing at the exit for ever. A count that has only just come may be
    // ahead of the bytes themselves, which take the way through the relay.
    private void TakeProxysCount(ulong nowMs)
    {
        if (!IsLock || _ledger.NewestPeer is not { Unit.BytesUsed: var statedBytes })
        {
            return;
        }

        if (statedBytes != _proxysCount.Bytes)
        {
            _proxysCount = (statedBytes, Time.GetTimestamp());
        }

        if (statedBytes > Math.Max(_ledger.OwedBytes, _lostUpToBytes) && Time.GetElapsedTime(Math.Max(_countedAt, _proxysCount.At)) > QuietPeriod)
        {
            _lostUpToBytes = statedBytes;
            _ledger.ReceiveStatement(statedBytes, nowMs);
        }
    }

    private bool TryHandleStatement(ReadOnlySpan<byte> payload, ref EngineEffects effects)
    {
        if (StatementPayload.TryRead(payload, out var statedBytes) != FrameError.None)
        {
            return false;
        }

        if (_statedBytes is not null)
        {
            // Not the one that opens the connection: the provider has paused, or the session ends.
            _providerPausedAt = Time.GetTimestamp();
        }

        _statedBytes = statedBytes;
        _ledger.ReceiveStatement(statedBytes, NowMs);
        Poll(NowMs, ref effects);
        return true;
    }
}
