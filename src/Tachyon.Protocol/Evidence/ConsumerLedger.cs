using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>
/// The consumer's end of a channel as a pure state machine: what it counts, what it signs and when, and what it makes of the
/// provider's units and statements (protocol, Units).
/// </summary>
/// <remarks>
/// <para>A command decides, applies its decision and returns the record of it. The record must be durable before the unit or
/// closure returned with it leaves the node. Where storing it fails, the ledger is ahead of its journal: discard it, send
/// nothing, and replay.</para>
/// <para>Money is lost here by signing what was not served: no unit exceeds own count + allowances so used + 5 MB, over the
/// channel's whole life, whatever the provider states.</para>
/// <para>Not thread-safe. Time is Unix milliseconds, passed in; a clock that steps costs a delay, never a dispute.</para>
/// </remarks>
public sealed partial class ConsumerLedger
{
    // An unanswered unit may be one that the provider refuses for its time or its counter unit; a fresh one heals both.
    private const int ResendsBeforeFreshUnit = 3;

    private readonly Eip712Domain _domain;
    private readonly INodeSigner _signer;
    private readonly EvidenceChain _chain;
    private readonly ConsumerMeter _meter;

    private ResendTimer _resend;
    private PauseClock _pause;
    private ulong _keptCountBytes;
    private ulong? _trafficSinceMs;
    private bool _unitWanted;
    private ulong? _statedBytes;
    private ulong _quietSinceMs;
    private LeaveReason _leave;

    /// <summary>A ledger from a stored state, or of a new channel.</summary>
    /// <exception cref="ArgumentException">The signer's key is not the consumer's.</exception>
    public ConsumerLedger(
        Terms terms, Eip712Domain domain, INodeSigner signer, SignatureVerifier verifier, ConsumerState? state = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.Address != terms.Consumer)
        {
            throw new ArgumentException($"The signer is {signer.Address}, the channel's consumer {terms.Consumer}.", nameof(signer));
        }

        state ??= ConsumerState.New(terms.CapacityBytes);
        Terms = terms;
        _domain = domain;
        _signer = signer;
        _chain = new EvidenceChain(terms, domain, terms.Provider, verifier, state.Chain);
        _meter = new ConsumerMeter(terms.TolerancePpm, state.Counts);
        _keptCountBytes = state.Counts.OwnCountBytes;
    }

    /// <summary>
    /// What units may state at most, in whole KB, by this node's own choice, such as a budget. Not stored; units that state more
    /// already stay valid.
    /// </summary>
    public ulong SigningLimitBytes { get; set; } = ulong.MaxValue;

    /// <summary>A connection is up: what is unanswered is due at once, and waiting starts anew.</summary>
    public void StartSession(ulong nowMs)
    {
        _resend.Restart(nowMs);
        _pause.Resume();
        _leave = LeaveReason.None;
        _statedBytes = null;
        _trafficSinceMs = _meter.OwedBytes > _chain.OwnBytes ? nowMs : null;
    }

    /// <summary>Asks for a unit on everything used so far at the next poll, as before the end of a session.</summary>
    public void WantUnit() => _unitWanted = true;

    /// <summary>Whether a payload may be sent. What arrives is counted in any case; a paused consumer stops reading.</summary>
    public PayloadDecision CheckSend(int payloadBytes, ulong nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        if (Phase != LedgerPhase.Serving)
        {
            return PayloadDecision.Ended;
        }

        ulong owed = _meter.OwedAfter(payloadBytes);
        if (owed > CapacityBytes)
        {
            return PayloadDecision.AtCapacity;
        }

        if (owed >= _chain.CounterUnitBytes + (UnitRules.UnansweredCheckpoints * ProtocolConstants.CheckpointBytes))
        {
            _pause.Pause(nowMs);
            return PayloadDecision.PausedForCounterUnit;
        }

        _pause.Resume();
        return PayloadDecision.Forward;
    }

    /// <summary>Counts a payload that was sent or received.</summary>
    public void Count(int payloadBytes, ulong nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        if (payloadBytes > 0)
        {
            _meter.Count(payloadBytes);
            _quietSinceMs = nowMs;
            _trafficSinceMs = _trafficSinceMs is { } since && since <= nowMs ? since : nowMs;
        }
    }

    /// <summary>
    /// What to send now: a new unit when one is due (1 MB, a quarter of the credit, or a second of traffic), else the newest
    /// one again while it is unanswered.
    /// </summary>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="roundTripMs">The connection's round trip in milliseconds.</param>
    /// <param name="signAheadBytes">How far to sign ahead of use, see <see cref="SignAhead"/>; held to one checkpoint.</param>
    /// <param name="stepBytes">How far units lie apart while what was used is signed for: 1 MB, or more at high rates.</param>
    public ConsumerAction Poll(
        ulong nowMs, ulong roundTripMs, ulong signAheadBytes, ulong stepBytes = ProtocolConstants.UnitIntervalBytes)
    {
        if (Phase != LedgerPhase.Serving)
        {
            return default;
        }

        ConcedeIfQuiet(nowMs, roundTripMs);
        ulong target = TargetBytes(signAheadBytes);
        if (IsUnitDue(target, nowMs, stepBytes))
        {
            return Sign(target, nowMs, roundTripMs);
        }

        if (_chain.IsOwnAnswered || !_resend.IsDue(nowMs))
        {
            return default;
        }

        if (_resend.Resends >= ResendsBeforeFreshUnit)
        {
            // Same or higher count under the next index; the wait keeps its length, since the link is no better for it.
            _resend.Resent(nowMs, roundTripMs);
            ResendTimer waited = _resend;
            ConsumerAction fresh = Sign(Math.Max(target, _chain.OwnBytes), nowMs, roundTripMs);
            _resend = waited;
            return fresh;
        }

        _resend.Resent(nowMs, roundTripMs);
        return new ConsumerAction(_chain.Own, null);
    }

    /// <summary>Takes a unit of the provider.</summary>
    public PeerUnitOutcome Receive(SignedUnit unit, ulong nowMs)
    {
        if (!_chain.IsNewOfProvider(unit, nowMs, out ChainJudgement judgement, out PeerUnitOutcome outcome))
        {
            return outcome;
        }

        ulong stated = unit.Unit.BytesUsed;
        bool disputed = !judgement.IsKnown && stated > (judgement.Named?.BytesUsed ?? 0);

        // The crossing rules need no look: an agreement states no more than the own unit that it names, which kept them.
        bool countersigned = stated <= Math.Max(_chain.OwnBytes, OwedBytes);
        LedgerRecord taken = Keep(new ProviderUnitTaken(unit, countersigned, disputed));
        _pause.Resume();
        return new PeerUnitOutcome(disputed ? PeerUnitKind.Disputed : PeerUnitKind.Agreed, Record: taken);
    }

    /// <summary>
    /// Takes the provider's statement of its own count less write-offs. Whatever is used is signed at the next poll, whether
    /// due or not, since the provider may be waiting. What this side did not count is conceded once the channel has been
    /// quiet for a round trip, within the limits: until then it may still be on its way, and must not be paid for twice.
    /// </summary>
    public void ReceiveStatement(ulong statedBytes, ulong nowMs)
    {
        if (Phase == LedgerPhase.Serving)
        {
            _quietSinceMs = _statedBytes is null ? nowMs : _quietSinceMs;
            _statedBytes = Math.Min(statedBytes, CapacityBytes);
            _unitWanted = true;
        }
    }

    /// <summary>Signs a closure: at most what the consumer signed or owes. From then on it serves and signs no more.</summary>
    /// <param name="bytesUsed">The final count, in whole KB.</param>
    /// <param name="validUntilSeconds">The last second at which the contract takes it.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="paidBytes">What claims have paid for, final on chain.</param>
    public ClosureOutcome SignClosure(ulong bytesUsed, ulong validUntilSeconds, ulong nowMs, ulong paidBytes = 0)
    {
        ClosureFault fault = ClosureRules.Check(_chain, bytesUsed, validUntilSeconds, nowMs, paidBytes);
        if (fault == ClosureFault.None && bytesUsed > Math.Max(_chain.OwnBytes, OwedBytes))
        {
            fault = ClosureFault.AboveOwnCount;
        }

        return _chain.SignClosure(fault, bytesUsed, validUntilSeconds, _signer);
    }

    /// <summary>A top-up was seen final on chain. Null where the capacity is known already.</summary>
    public LedgerRecord? RaiseCapacity(ulong capacityBytes) => _chain.RaiseCapacity(capacityBytes);

    /// <summary>
    /// Takes an own unit that the provider shows. Where it is newer than what this side remembers, it counts as signed, so that
    /// nothing lower is ever signed; null where nothing was forgotten.
    /// </summary>
    public LedgerRecord? Recall(SignedUnit shown) =>
        _chain.IsForgottenOwn(shown, _signer.Address) ? Keep(new OwnUnitRecalled(shown)) : null;

    /// <summary>Takes an own count that outlived a crash beside the records, where it is higher than theirs.</summary>
    public void RecallCount(ulong ownCountBytes) =>
        _meter.Counts = _meter.Counts with { OwnCountBytes = Math.Max(_meter.Counts.OwnCountBytes, ownCountBytes) };

    /// <summary>The counts to store without a signature, at the end of a session or now and then.</summary>
    public LedgerRecord KeepCounts() => Keep(new ConsumerCountsKept(_meter.Counts));

    /// <summary>Whether to leave the session, and why.</summary>
    public LeaveReason CheckLeave(ulong nowMs)
    {
        if (Phase != LedgerPhase.Serving)
        {
            return LeaveReason.Ended;
        }

        return _pause.IsTimeToLeave(nowMs) ? LeaveReason.NoCounterUnit : _leave;
    }

    /// <summary>Applies a record: at once when a command decides it, and again when a journal is replayed.</summary>
    /// <exception cref="ArgumentException">The record is a provider's.</exception>
    public void Apply(LedgerRecord record)
    {
        switch (record)
        {
            case ConsumerUnitSigned signed:
                _chain.ApplyOwn(signed.Unit);
                SetCounts(signed.Counts);
                break;
            case ProviderUnitTaken taken:
                _chain.ApplyPeer(taken.Unit, taken.Countersigned);
                _chain.Phase = taken.Disputed ? LedgerPhase.Disputed : _chain.Phase;
                break;
            case ConsumerCountsKept kept:
                SetCounts(kept.Counts);
                break;
            case OwnUnitRecalled recalled:
                _chain.ApplyOwn(recalled.Unit);
                SetCounts(_meter.Recalling(recalled.Unit.Unit.BytesUsed));
                break;
            default:
                if (_chain.TryApply(record))
                {
                    break;
                }

                throw new ArgumentException($"A consumer's ledger has no {record?.GetType().Name ?? "null"}.", nameof(record));
        }
    }

    private void SetCounts(ConsumerCounts counts)
    {
        _meter.Counts = counts;
        _keptCountBytes = counts.OwnCountBytes;
    }

    private LedgerRecord Keep(LedgerRecord record)
    {
        Apply(record);
        return record;
    }

    private void ConcedeIfQuiet(ulong nowMs, ulong roundTripMs)
    {
        if (_statedBytes is not { } stated)
        {
            return;
        }

        if (nowMs < _quietSinceMs)
        {
            _quietSinceMs = nowMs; // the clock was set back
        }

        if (nowMs - _quietSinceMs < Math.Clamp(roundTripMs, ProtocolConstants.MinResendMs, ProtocolConstants.MaxResendMs))
        {
            return;
        }

        // Durable with the unit that is signed on it; until then nothing depends on it.
        _statedBytes = null;
        _leave = _meter.TryConcede(stated, CreditBytes) ? LeaveReason.None : LeaveReason.ConcessionTooLarge;
        _unitWanted = true;
    }

    private ulong TargetBytes(ulong signAheadBytes) => Math.Min(
        Math.Min(StepTargetBytes(_meter.OwedAheadBytes(signAheadBytes)), Math.Min(CapacityBytes, SigningLimitBytes)),
        UnitRules.CrossingLimit(_chain.OwnBytes, _stepWanted ? _chain.OwnBytes : _chain.CounterUnitBytes));

    private bool IsUnitDue(ulong target, ulong nowMs, ulong stepBytes)
    {
        if (target <= _chain.OwnBytes)
        {
            // What a crossing rule holds back is still wanted once the provider's answer lifts it.
            _unitWanted &= _chain.OwnBytes < OwedBytes;
            return false;
        }

        // What was used is signed for at least so often. Ahead of use, steps may be larger: each costs both sides a commit.
        ulong interval = Math.Min(ProtocolConstants.UnitIntervalBytes, CreditBytes / 4);
        ulong step = stepBytes > ProtocolConstants.UnitIntervalBytes ? stepBytes : interval;
        if (_unitWanted || _stepWanted || IsHeldAtStep(target) || target - _chain.OwnBytes >= step || OwedBytes >= _chain.OwnBytes + interval)
        {
            return true;
        }

        if (_trafficSinceMs > nowMs)
        {
            _trafficSinceMs = nowMs; // the clock was set back
        }

        return _trafficSinceMs is { } since && nowMs - since >= ProtocolConstants.UnitIntervalMs;
    }

    private ConsumerAction Sign(ulong bytesUsed, ulong nowMs, ulong roundTripMs)
    {
        SignedUnit unit = SignedUnit.Sign(_chain.Draft(bytesUsed, nowMs, _chain.CounterUnit), _signer, _domain);
        LedgerRecord record = Keep(new ConsumerUnitSigned(unit, _meter.Counts));
        _resend.Start(nowMs, roundTripMs);
        bool isRestHeldBack = bytesUsed < OwedBytes;
        _trafficSinceMs = isRestHeldBack ? nowMs : null;
        _unitWanted &= isRestHeldBack;
        return new ConsumerAction(unit, record);
    }
}
