using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// What both sides' engines share: the order in which things become durable and leave, the sections of frames, closures.
/// </summary>
/// <remarks>
/// <code>
///   ledger decides ──▶ record ──▶ journal ─ ─ durable ─ ─▶ due ──▶ next frame
///        └─ under the engine's lock, so records reach the journal in the order of the decisions
/// </code>
/// Records follow each other into the journal without waiting; of several units that become durable together only the
/// newest is sent, since units are cumulative. Calls to the session come after the lock is released.
/// </remarks>
internal abstract partial class UnitEngine : IUnitEngine
{
    private readonly IUnitJournal _journal;
    private readonly SignatureVerifier _verifier;
    private readonly Eip712Domain _domain;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly UnitBudget _unitBudget;
    private SignedUnit? _due;
    private SignedUnit? _durableOwn;
    private SignedUnit? _durablePeer;
    private SignedClosure? _durableOwnClosure;
    private SignedClosure? _peerClosure;
    private int _recordsSinceSnapshot;
    private volatile bool _broken;
    private long _unitsSigned;
    private long _unitsVerified;

    protected UnitEngine(TunnelChannel channel, UnitEngineParts parts, StoredChannel stored)
    {
        Channel = channel;
        Observer = parts.Observer;
        _journal = parts.Journal;
        _verifier = parts.Verifier;
        _domain = parts.Domain;
        _time = parts.Time;
        _logger = parts.LoggerFactory.CreateLogger<UnitEngine>();
        _unitBudget = new UnitBudget(parts.Time, stored.OwnCountBytes);
        _durableOwn = stored.Own;
        _durablePeer = stored.Peer;
        _durableOwnClosure = stored.OwnClosure;
        _handedOverBytes = _durableCountBytes = stored.OwnCountBytes;
        _peerClosure = stored.PeerClosure;
    }

    public TunnelChannel Channel { get; }

    public ITunnelObserver? Observer { get; }

    /// <summary>Whether the journal failed it: what the ledger knows may not be durable, so it must be loaded anew.</summary>
    public bool IsBroken => _broken;

    /// <summary>The newest durable units of both sides.</summary>
    public ChannelEvidence Evidence
    {
        get
        {
            lock (Lock)
            {
                return new ChannelEvidence(_durableOwn, _durablePeer);
            }
        }
    }

    /// <summary>Both closures, or null while one is missing or not durable.</summary>
    public (SignedClosure Own, SignedClosure Peer)? Closures
    {
        get
        {
            lock (Lock)
            {
                return _durableOwnClosure is { } own && _peerClosure is { } peer ? (own, peer) : null;
            }
        }
    }

    protected Lock Lock { get; } = new();

    protected IUnitEngineHost? Host { get; private set; }

    /// <summary>Whether there is a session in which this side may count, state and sign.</summary>
    protected bool IsUp => Host is not null && _peerHasShown && !_broken;

    protected bool Quiesced { get; private set; }

    protected bool Closing { get; private set; }

    protected ulong NowMs => (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds();

    protected TimeProvider Time => _time;

    protected SignedClosure? PeerClosure => _peerClosure;

    protected abstract Address PeerAddress { get; }

    protected abstract LedgerPhase Phase { get; }

    protected abstract SignedClosure? OwnClosure { get; }

    protected abstract ulong OwnCountBytes { get; }

    protected abstract ulong UnkeptBytes { get; }

    protected abstract ulong CreditBytes { get; }

    /// <summary>A snapshot for the live view.</summary>
    public ChannelStats Stats()
    {
        lock (Lock)
        {
            return StatsLocked(_unitsSigned, _unitsVerified);
        }
    }

    /// <summary>A top-up was seen final on chain.</summary>
    public void RaiseCapacity(ulong capacityBytes)
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            if (RaiseLedgerCapacity(capacityBytes) is { } record)
            {
                Append(record, ref effects);
                effects.Resume = true;
            }
        }

        effects.Apply(Host, this);
    }

    public void Start(IUnitEngineHost host)
    {
        if (!TryStart(host))
        {
            throw new InvalidOperationException($"Channel {Channel.ChannelId} already has a session.");
        }
    }

    /// <summary>Takes up the channel for a session; false where it has one.</summary>
    public bool TryStart(IUnitEngineHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var effects = default(EngineEffects);
        lock (Lock)
        {
            if (Host is not null)
            {
                return false;
            }

            Host = host;
            Quiesced = false;
            Closing = false;
            _due = null;
            _heldBack = false;
            _peerHasShown = false;
            TakeMark();
            if (Phase is LedgerPhase.Disputed or LedgerPhase.Contradicted)
            {
                effects.End(GoodbyeReason.Dispute, inOrder: false, "the channel is in dispute and can only be closed");
            }
            else
            {
                // What this side says and signs waits for the peer's, see TryTakeShown.
                effects.Shown = _durablePeer is { } peer ? SectionOf(peer) : [];
            }
        }

        effects.Apply(host, this);
        return true;
    }

    public abstract int AdmitSend(int wantedBytes);

    public abstract bool TryAdmitWhole(int bytes);

    public abstract bool TryCountReceived(int bytes);

    public bool TryWriteDueUnit(Span<byte> section)
    {
        lock (Lock)
        {
            if (TakeDueUnit() is not { } due)
            {
                return false;
            }

            Write(due, section);
            return true;
        }
    }

    /// <summary>The unit that is due, if any, for a peer that is reached by other means than frames; from then on it counts as sent.</summary>
    public SignedUnit? TakeDueUnit()
    {
        lock (Lock)
        {
            var due = _due;
            _due = null;
            return due;
        }
    }

    public void OnUnit(UnitSection section) => OnUnit(Read(section));

    /// <summary>Judges a unit of the peer that came by other means than frames.</summary>
    public void OnUnit(SignedUnit unit)
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            if (Host is null || IsBroken)
            {
                return;
            }

            if (!_peerHasShown)
            {
                effects.End(GoodbyeReason.ProtocolViolation, inOrder: false, "a unit before the peer has shown what it holds");
            }
            else if (!_unitBudget.TryTake(OwnCountBytes))
            {
                effects.End(GoodbyeReason.ProtocolViolation, inOrder: false, "far more units than traffic calls for");
            }
            else
            {
                Judge(unit, ref effects);
            }
        }

        effects.Apply(Host, this);
    }

    public bool TryHandle(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var effects = default(EngineEffects);
        bool handled;
        lock (Lock)
        {
            handled = kind == FrameKind.UnitShown
                ? TryTakeShown(payload, ref effects)
                : _peerHasShown && TryHandleLocked(kind, payload, ref effects);
        }

        effects.Apply(Host, this);
        return handled;
    }

    public virtual void Ending()
    {
    }

    public void Quiesce(bool toClose)
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            Quiesced = true;
            Closing = toClose;
            if (IsUp)
            {
                QuiesceLocked(ref effects);
            }
        }

        effects.Apply(Host, this);
    }

    public abstract void Tick(TimeSpan roundTripTime);

    public void Stop()
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            if (Host is null)
            {
                return;
            }

            Host = null;
            _due = null;
            if (!_broken)
            {
                Append(KeepCounts(), new DurableStep(null, null, null, null, OwnCountBytes, IsLast: true), ref effects);
                Snapshot();
            }
        }
    }

    /// <summary>The session is up, with all that either side forgot brought back.</summary>
    protected abstract void StartLocked(ref EngineEffects effects);

    protected abstract void QuiesceLocked(ref EngineEffects effects);

    protected abstract bool TryHandleLocked(FrameKind kind, ReadOnlySpan<byte> payload, ref EngineEffects effects);

    protected abstract LedgerRecord? Recall(SignedUnit shown);

    protected abstract PeerUnitOutcome Receive(SignedUnit unit);

    protected abstract void OnAgreed(ref EngineEffects effects);

    protected abstract ClosureOutcome SignClosure(ulong bytesUsed, ulong validUntilSeconds);

    protected abstract LedgerRecord? RaiseLedgerCapacity(ulong capacityBytes);

    protected abstract LedgerRecord KeepCounts();

    protected abstract void RecallCount(ulong ownCountBytes);

    protected abstract ValueTask SaveSnapshotAsync(IUnitJournal journal);

    protected abstract ChannelStats StatsLocked(long unitsSigned, long unitsVerified);

    private void Judge(SignedUnit unit, ref EngineEffects effects)
    {
        var outcome = Receive(unit);
        if (outcome.Kind is not (PeerUnitKind.Refused or PeerUnitKind.Repeated))
        {
            _unitsVerified++;
        }

        Take(outcome, unit, ref effects);
    }

    private void Take(PeerUnitOutcome outcome, SignedUnit unit, ref EngineEffects effects)
    {
        switch (outcome.Kind)
        {
            case PeerUnitKind.Agreed:
                // With no answer of this side, nothing leaves on it; what is signed later on it is durable after it.
                Append(outcome.Record!, ref effects, outcome.Answer, unit, mayWait: outcome.Answer is null);
                OnAgreed(ref effects);
                break;
            case PeerUnitKind.Repeated:
                Resend(outcome.Answer, ref effects);
                break;
            case PeerUnitKind.Disputed:
                AppendLast(outcome.Record!, outcome.Answer, unit, $"the counts are too far apart: unit {unit.Unit.Index} of the peer states {unit.Unit.BytesUsed} bytes", ref effects);
                break;
            case PeerUnitKind.Contradiction:
                AppendLast(outcome.Record!, null, null, $"the peer contradicted itself with unit {unit.Unit.Index} of {unit.Unit.BytesUsed} bytes", ref effects);
                break;
            case PeerUnitKind.Refused:
                LogUnitRefused(Channel.ChannelId, unit.Unit.Index, outcome.Fault);
                if (IsHostile(outcome.Fault))
                {
                    effects.End(GoodbyeReason.UnitRefused, inOrder: false, $"unit {unit.Unit.Index} of {unit.Unit.BytesUsed} bytes is refused: {outcome.Fault}");
                }

                break;
        }
    }

    // What an honest peer may send when clocks differ, a top-up is seen earlier or messages cross is only not taken.
    private static bool IsHostile(UnitFault fault) => fault
        is UnitFault.WrongChannel
        or UnitFault.WrongParties
        or UnitFault.IndexZero
        or UnitFault.NotWholeKB
        or UnitFault.BadSignature
        or UnitFault.CrossesTwoCheckpoints;
}
