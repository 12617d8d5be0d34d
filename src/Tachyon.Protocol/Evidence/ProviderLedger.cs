using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>
/// The provider's end of a channel as a pure state machine: what it serves on credit, how it answers the consumer's units,
/// and what it writes off as lost (protocol, Units).
/// </summary>
/// <remarks>
/// <para>A command decides, applies its decision and returns the record of it. The record must be durable before the unit or
/// closure returned with it leaves the node. Where storing it fails, the ledger is ahead of its journal: discard it, send
/// nothing, and replay.</para>
/// <para>Money is lost here by serving what is never signed: a payload is forwarded only while missing stays within the
/// credit, which is one checkpoint at most.</para>
/// <para>Not thread-safe. Time is Unix milliseconds, passed in.</para>
/// </remarks>
public sealed class ProviderLedger
{
    private readonly Eip712Domain _domain;
    private readonly INodeSigner _signer;
    private readonly EvidenceChain _chain;
    private readonly ProviderMeter _meter;

    private PauseClock _pause;
    private ulong _keptCountBytes;

    /// <summary>A ledger from a stored state, or of a new channel.</summary>
    /// <exception cref="ArgumentException">The signer's key is not the provider's.</exception>
    public ProviderLedger(
        Terms terms, Eip712Domain domain, INodeSigner signer, SignatureVerifier verifier, ProviderState? state = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.Address != terms.Provider)
        {
            throw new ArgumentException($"The signer is {signer.Address}, the channel's provider {terms.Provider}.", nameof(signer));
        }

        state ??= ProviderState.New(terms.CapacityBytes);
        Terms = terms;
        _domain = domain;
        _signer = signer;
        _chain = new EvidenceChain(terms, domain, terms.Consumer, verifier, state.Chain);
        _meter = new ProviderMeter(terms.TolerancePpm, state.Counts);
        _keptCountBytes = state.Counts.OwnCountBytes;
    }

    /// <summary>The channel's terms.</summary>
    public Terms Terms { get; }

    /// <summary>The channel.</summary>
    public ChannelId ChannelId => _chain.ChannelId;

    /// <summary>The capacity with all top-ups seen.</summary>
    public ulong CapacityBytes => _chain.CapacityBytes;

    /// <summary>How far this side's part has come.</summary>
    public LedgerPhase Phase => _chain.Phase;

    /// <summary>Payload bytes counted, both directions, all sessions.</summary>
    public ulong OwnCountBytes => _meter.Counts.OwnCountBytes;

    /// <summary>Missing bytes taken as lost.</summary>
    public ulong WrittenOffBytes => _meter.Counts.WrittenOffBytes;

    /// <summary>Own count less write-offs: what the provider states, unsigned, on each connection and each pause.</summary>
    public ulong StatedBytes => _meter.StatedBytes;

    /// <summary>Own count less write-offs less the newest consumer unit. Negative where the consumer signed ahead.</summary>
    public long MissingBytes => _meter.MissingBytes(_chain.PeerBytes);

    /// <summary>The newest consumer unit's count, which the provider has agreed to.</summary>
    public ulong AgreedBytes => _chain.CounterUnitBytes;

    /// <summary>How far this provider serves ahead of what the consumer has signed: min(5 MB, max(256 KB, agreed so far)).</summary>
    public ulong CreditBytes => ByteCounts.CreditFor(AgreedBytes);

    /// <summary>Payload bytes that may be forwarded now without a further unit or write-off.</summary>
    public ulong ForwardableBytes
    {
        get
        {
            long room = (long)CreditBytes - MissingBytes;
            ulong left = CapacityBytes > OwnCountBytes ? CapacityBytes - OwnCountBytes : 0;
            return Phase == LedgerPhase.Serving && room > 0 ? Math.Min((ulong)room, left) : 0;
        }
    }

    /// <summary>The newest own unit.</summary>
    public SignedUnit? NewestOwn => _chain.Own;

    /// <summary>The newest unit of the consumer.</summary>
    public SignedUnit? NewestPeer => _chain.Peer;

    /// <summary>The proof that the consumer contradicted itself, where it did.</summary>
    public Contradiction? Contradiction => _chain.Contradiction;

    /// <summary>The closure that this side signed.</summary>
    public SignedClosure? Closure => _chain.Closure;

    /// <summary>Whether the provider holds payloads back for lack of credit.</summary>
    public bool IsPaused => _pause.IsPaused;

    /// <summary>Whether a session with nothing in flight may end in order: missing ≤ the checkpoint's allowance, at least 1 KB.</summary>
    public bool IsOrderlyEnd =>
        MissingBytes <= (long)Math.Max(ProtocolConstants.BytesPerKB, Terms.AllowancePerCheckpointBytes);

    /// <summary>All that must not be forgotten.</summary>
    public ProviderState State => new(_chain.State, _meter.Counts);

    /// <summary>A connection is up: waiting starts anew. State <see cref="StatedBytes"/> on it.</summary>
    public void StartSession() => _pause.Resume();

    /// <summary>Counts a payload if it may be forwarded now, either direction. Where not, hold it and state the count.</summary>
    public PayloadDecision TryForward(int payloadBytes, ulong nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        if (Phase != LedgerPhase.Serving)
        {
            return PayloadDecision.Ended;
        }

        // What was written off was forwarded too: without it in the sum, each loss would be served again beyond the capacity,
        // where no unit can ever pay for it.
        if (OwnCountBytes + (ulong)payloadBytes > CapacityBytes)
        {
            return PayloadDecision.AtCapacity;
        }

        if (!_meter.TryCount(payloadBytes, _chain.PeerBytes, CreditBytes))
        {
            _pause.Pause(nowMs);
            return PayloadDecision.PausedForCredit;
        }

        _pause.Resume();
        return PayloadDecision.Forward;
    }

    /// <summary>Takes a unit of the consumer and answers it.</summary>
    public PeerUnitOutcome Receive(SignedUnit unit, ulong nowMs)
    {
        if (!_chain.IsNewOfConsumer(unit, nowMs, out ChainJudgement judgement, out PeerUnitOutcome outcome))
        {
            return outcome;
        }

        return Answer(unit, judgement.Named, nowMs);
    }

    /// <summary>
    /// Signs a closure: at least what the newest consumer unit covers of this side's count. What the consumer signed ahead of
    /// use is given back. From then on the provider serves and signs no more.
    /// </summary>
    /// <param name="bytesUsed">The final count, in whole KB.</param>
    /// <param name="validUntilSeconds">The last second at which the contract takes it.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="paidBytes">What claims have paid for, final on chain.</param>
    public ClosureOutcome SignClosure(ulong bytesUsed, ulong validUntilSeconds, ulong nowMs, ulong paidBytes = 0)
    {
        ClosureFault fault = CheckClosure(bytesUsed, validUntilSeconds, nowMs, paidBytes);
        return _chain.SignClosure(fault, bytesUsed, validUntilSeconds, _signer);
    }

    /// <summary>Why <see cref="SignClosure"/> would refuse, or <see cref="ClosureFault.None"/>. Changes nothing.</summary>
    public ClosureFault CheckClosure(ulong bytesUsed, ulong validUntilSeconds, ulong nowMs, ulong paidBytes = 0)
    {
        ClosureFault fault = ClosureRules.Check(_chain, bytesUsed, validUntilSeconds, nowMs, paidBytes);
        bool isBelow = bytesUsed < Math.Min(_chain.PeerBytes, ByteCounts.RoundUpToKB(StatedBytes));
        return fault == ClosureFault.None && isBelow ? ClosureFault.BelowOwnCount : fault;
    }

    /// <summary>A top-up was seen final on chain. Null where the capacity is known already.</summary>
    public LedgerRecord? RaiseCapacity(ulong capacityBytes) => _chain.RaiseCapacity(capacityBytes);

    /// <summary>
    /// Takes an own unit that the consumer shows. Where it is newer than what this side remembers, it counts as signed, so that
    /// nothing lower is ever signed; null where nothing was forgotten.
    /// </summary>
    public LedgerRecord? Recall(SignedUnit shown) =>
        _chain.IsForgottenOwn(shown, _signer.Address) ? Keep(new OwnUnitRecalled(shown)) : null;

    /// <summary>Takes an own count that outlived a crash beside the records, where it is higher than theirs.</summary>
    public void RecallCount(ulong ownCountBytes) =>
        _meter.Counts = _meter.Counts with { OwnCountBytes = Math.Max(_meter.Counts.OwnCountBytes, ownCountBytes) };

    /// <summary>The counts to store without a signature, at the end of a session or now and then.</summary>
    public LedgerRecord KeepCounts() => Keep(new ProviderCountsKept(_meter.Counts));

    /// <summary>
    /// Payload bytes counted since the last record: what a crash makes this side forget. A node keeps its counts, see
    /// <see cref="KeepCounts"/>, before this grows large, and at the end of a session.
    /// </summary>
    public ulong UnkeptBytes => OwnCountBytes - _keptCountBytes;

    /// <summary>Whether to leave the session, and why.</summary>
    public LeaveReason CheckLeave(ulong nowMs)
    {
        if (Phase != LedgerPhase.Serving)
        {
            return LeaveReason.Ended;
        }

        return _pause.IsTimeToLeave(nowMs) ? LeaveReason.TooMuchMissing : LeaveReason.None;
    }

    /// <summary>Applies a record: at once when a command decides it, and again when a journal is replayed.</summary>
    /// <exception cref="ArgumentException">The record is a consumer's.</exception>
    public void Apply(LedgerRecord record)
    {
        switch (record)
        {
            case ConsumerUnitAnswered answered:
                _chain.ApplyPeer(answered.Unit, countersigned: !answered.Disputed);
                _chain.ApplyOwn(answered.Answer);
                _chain.Phase = answered.Disputed ? LedgerPhase.Disputed : _chain.Phase;
                SetCounts(answered.Counts);
                break;
            case ProviderCountsKept kept:
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

                throw new ArgumentException($"A provider's ledger has no {record?.GetType().Name ?? "null"}.", nameof(record));
        }
    }

    private void SetCounts(ProviderCounts counts)
    {
        _meter.Counts = counts;
        _keptCountBytes = counts.OwnCountBytes;
    }

    private LedgerRecord Keep(LedgerRecord record)
    {
        Apply(record);
        return record;
    }

    private PeerUnitOutcome Answer(SignedUnit unit, SentUnit? named, ulong nowMs)
    {
        ulong stated = unit.Unit.BytesUsed;
        ProviderCounts counts = _meter.After(stated);
        ulong owed = counts.OwnCountBytes - counts.WrittenOffBytes;
        bool disputed = owed > stated && owed - stated > ProtocolConstants.CheckpointBytes;

        ulong bytesUsed = disputed ? Math.Min(ByteCounts.RoundUpToKB(owed), CapacityBytes) : stated;
        Bytes32 counterUnit = disputed ? _chain.CounterUnit : unit.Unit.StructHash();

        // The unit in hand may be the first to name one of ours, whose time this answer must not fall below.
        ulong time = Math.Max(nowMs, named?.TimestampMs ?? 0);
        SignedUnit answer = SignedUnit.Sign(_chain.Draft(bytesUsed, time, counterUnit), _signer, _domain);
        LedgerRecord record = Keep(new ConsumerUnitAnswered(unit, answer, disputed, counts));
        return new PeerUnitOutcome(disputed ? PeerUnitKind.Disputed : PeerUnitKind.Agreed, Record: record, Answer: answer);
    }
}
