using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>How a unit of the other side relates to what is known.</summary>
internal enum ChainStep
{
    Refused = 1,
    Repeated = 2,
    Contradicts = 3,
    New = 4,
}

/// <summary>A judgement of the other side's unit, before anything is applied.</summary>
/// <param name="Step">How it relates to what is known.</param>
/// <param name="Fault">Why it is refused.</param>
/// <param name="Named">The own unit that it names, where it names one.</param>
/// <param name="Contradiction">The proof, where it contradicts an earlier one.</param>
/// <param name="IsKnown">Whether the newest own unit names it: it was judged and taken before, and then forgotten.</param>
internal readonly record struct ChainJudgement(
    ChainStep Step, UnitFault Fault = UnitFault.None, SentUnit? Named = null, Contradiction? Contradiction = null, bool IsKnown = false);

/// <summary>
/// One side's view of the chain of evidence: the newest unit of each side, and who has named what (protocol, Units).
/// </summary>
internal sealed class EvidenceChain
{
    private readonly Terms _terms;
    private readonly Eip712Domain _domain;
    private readonly Address _peer;
    private readonly SignatureVerifier _verifier;

    internal EvidenceChain(Terms terms, Eip712Domain domain, Address peer, SignatureVerifier verifier, ChainState state)
    {
        _terms = terms;
        _domain = domain;
        _peer = peer;
        _verifier = verifier;
        ChannelId = terms.ChannelId(domain);
        CapacityBytes = state.CapacityBytes;
        Phase = state.Phase;
        Own = state.Own;
        Peer = state.Peer;
        CounterUnit = state.CounterUnit;
        CounterUnitBytes = state.CounterUnitBytes;
        AnsweredIndex = state.AnsweredIndex;
        AnsweredTimestampMs = state.AnsweredTimestampMs;
        Closure = state.Closure;
        Contradiction = state.Contradiction;
        Sent = new SentUnits(state.Sent);
    }

    internal ChannelId ChannelId { get; }

    internal ulong CapacityBytes { get; private set; }

    internal LedgerPhase Phase { get; set; }

    internal SignedUnit? Own { get; private set; }

    internal SignedUnit? Peer { get; private set; }

    /// <summary>What the next own unit names: the newest unit of the other side that this side would itself countersign.</summary>
    internal Bytes32 CounterUnit { get; private set; }

    internal ulong CounterUnitBytes { get; private set; }

    /// <summary>The newest own unit that the other side has named.</summary>
    internal ulong AnsweredIndex { get; private set; }

    internal ulong AnsweredTimestampMs { get; private set; }

    internal SignedClosure? Closure { get; private set; }

    internal Contradiction? Contradiction { get; private set; }

    internal SentUnits Sent { get; }

    internal ulong OwnBytes => Own?.Unit.BytesUsed ?? 0;

    internal ulong PeerBytes => Peer?.Unit.BytesUsed ?? 0;

    internal bool IsOwnAnswered => Own is null || AnsweredIndex >= Own.Unit.Index;

    internal ChainState State => new(
        CapacityBytes, Phase, Own, Peer, CounterUnit, CounterUnitBytes, AnsweredIndex, AnsweredTimestampMs, Closure,
        Contradiction, [.. Sent.Units]);

    /// <summary>The next own unit. Its time never falls below that of an own unit which the other side has answered.</summary>
    internal UsageUnit Draft(ulong bytesUsed, ulong nowMs, Bytes32 counterUnit) => new(
        ChannelId,
        (Own?.Unit.Index ?? 0) + 1,
        bytesUsed,
        _terms.Consumer,
        _terms.Provider,
        Math.Max(AnsweredTimestampMs, nowMs),
        counterUnit);

    /// <summary>Judges a unit of the other side by all rules but those of crossing, which not every unit is under.</summary>
    internal ChainJudgement Judge(SignedUnit candidate, ulong nowMs)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        UsageUnit unit = candidate.Unit;
        UnitFault form = UnitRules.CheckForm(unit, _terms, ChannelId, CapacityBytes, nowMs);
        if (form != UnitFault.None)
        {
            return new ChainJudgement(ChainStep.Refused, form);
        }

        if (Peer is not null && unit == Peer.Unit)
        {
            // Nothing new, so not worth the time that the signature takes.
            return new ChainJudgement(ChainStep.Repeated);
        }

        if (candidate.CheckSignature(_verifier, _domain, _peer) != SignatureFault.None)
        {
            return new ChainJudgement(ChainStep.Refused, UnitFault.BadSignature);
        }

        if (Peer is not null && Contradiction.Between(Peer, candidate) is { } contradiction)
        {
            return new ChainJudgement(ChainStep.Contradicts, Contradiction: contradiction);
        }

        if (Peer is not null && unit.Index <= Peer.Unit.Index)
        {
            return new ChainJudgement(ChainStep.Repeated);
        }

        if (Phase != LedgerPhase.Serving)
        {
            return new ChainJudgement(ChainStep.Refused, UnitFault.ChannelEnded);
        }

        if (Own is not null && !Own.Unit.CounterUnit.IsZero && Own.Unit.CounterUnit == unit.StructHash())
        {
            // Only a recalled unit can name one that is new. What that one named in turn may be forgotten for good.
            return new ChainJudgement(ChainStep.New, IsKnown: true);
        }

        if (unit.CounterUnit.IsZero)
        {
            // Whoever has named one names that or a newer one ever after.
            return AnsweredIndex == 0
                ? new ChainJudgement(ChainStep.New)
                : new ChainJudgement(ChainStep.Refused, UnitFault.CounterUnitUnknown);
        }

        return Sent.TryFind(unit.CounterUnit, out SentUnit named)
            ? new ChainJudgement(ChainStep.New, Named: named)
            : new ChainJudgement(ChainStep.Refused, UnitFault.CounterUnitUnknown);
    }

    /// <summary>Judges a unit of a provider. False where it is not new: then the outcome says all.</summary>
    internal bool IsNewOfProvider(SignedUnit candidate, ulong nowMs, out ChainJudgement judgement, out PeerUnitOutcome outcome)
    {
        judgement = Judge(candidate, nowMs);
        outcome = judgement.Step switch
        {
            ChainStep.Refused => new PeerUnitOutcome(PeerUnitKind.Refused, judgement.Fault),
            ChainStep.Repeated => new PeerUnitOutcome(PeerUnitKind.Repeated),
            ChainStep.Contradicts => new PeerUnitOutcome(
                PeerUnitKind.Contradiction, Record: Keep(new ContradictionFound(judgement.Contradiction!)), Contradiction: judgement.Contradiction),
            _ => default,
        };
        return judgement.Step == ChainStep.New;
    }

    /// <summary>
    /// Judges a unit of a consumer, crossing rules included. False where it is not new: then the outcome says all, with the newest
    /// own unit as the answer where that helps.
    /// </summary>
    /// <param name="candidate">The unit.</param>
    /// <param name="nowMs">This side's clock, Unix milliseconds.</param>
    /// <param name="judgement">How it relates to what is known.</param>
    /// <param name="outcome">What became of it, where it is not new.</param>
    /// <param name="mayLead">
    /// Whether it may be any number of checkpoints past the counter unit that it names, as on a lock: what its consumer signs up to
    /// the next route step is not for use, so that no count follows it.
    /// </param>
    internal bool IsNewOfConsumer(
        SignedUnit candidate, ulong nowMs, out ChainJudgement judgement, out PeerUnitOutcome outcome, bool mayLead = false)
    {
        if (!IsNewOfProvider(candidate, nowMs, out judgement, out outcome))
        {
            // Should the consumer have missed an answer, this one lets its next unit name a newer one.
            bool isAnswered = outcome.Kind == PeerUnitKind.Repeated || outcome.Fault == UnitFault.CounterUnitUnknown;
            outcome = isAnswered ? outcome with { Answer = Own } : outcome;
            return false;
        }

        UnitFault crossing = judgement.IsKnown
            ? UnitFault.None
            : UnitRules.CheckCrossing(Peer?.Unit, candidate.Unit, mayLead ? candidate.Unit.BytesUsed : judgement.Named?.BytesUsed ?? 0);
        outcome = crossing == UnitFault.None ? default : new PeerUnitOutcome(PeerUnitKind.Refused, crossing, Answer: Own);
        return crossing == UnitFault.None;
    }

    /// <summary>Signs a closure, unless there is a reason not to. From then on this side serves and signs no more.</summary>
    internal ClosureOutcome SignClosure(ClosureFault fault, ulong bytesUsed, ulong validUntilSeconds, INodeSigner signer)
    {
        if (fault != ClosureFault.None)
        {
            return new ClosureOutcome(fault, null, null);
        }

        var closure = new Closure(ChannelId, bytesUsed, validUntilSeconds);
        var signed = new SignedClosure(closure, signer.Sign(closure, _domain));
        return new ClosureOutcome(ClosureFault.None, signed, Keep(new ClosureSigned(signed)));
    }

    /// <summary>A top-up was seen final on chain. Null where the capacity is known already.</summary>
    internal LedgerRecord? RaiseCapacity(ulong capacityBytes) =>
        capacityBytes > CapacityBytes ? Keep(new CapacityRaised(capacityBytes)) : null;

    /// <summary>
    /// Whether a unit that the other side shows is this side's own and newer than what it remembers, as after a restore
    /// from an old copy. Signing on without it would contradict it.
    /// </summary>
    internal bool IsForgottenOwn(SignedUnit shown, Address own)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return UnitRules.CheckForm(shown.Unit, _terms, ChannelId, ProtocolConstants.MaxCapacityBytes, ulong.MaxValue) == UnitFault.None
            && shown.Unit.Index > (Own?.Unit.Index ?? 0)
            && shown.Unit.BytesUsed >= OwnBytes
            && shown.CheckSignature(_verifier, _domain, own) == SignatureFault.None;
    }

    internal void ApplyOwn(SignedUnit unit)
    {
        Own = unit;
        Sent.Add(unit.Unit);
    }

    /// <summary>Takes the other side's unit as its newest, and as the counter unit if this side would countersign it.</summary>
    internal void ApplyPeer(SignedUnit unit, bool countersigned)
    {
        Peer = unit;
        if (countersigned)
        {
            CounterUnit = unit.Unit.StructHash();
            CounterUnitBytes = unit.Unit.BytesUsed;
        }

        if (Sent.TryFind(unit.Unit.CounterUnit, out SentUnit named) && named.Index >= AnsweredIndex)
        {
            AnsweredIndex = named.Index;
            AnsweredTimestampMs = named.TimestampMs;
            Sent.Named(named.Index);
        }
    }

    /// <summary>Applies a record that is the same for every party. False where it is none of these.</summary>
    internal bool TryApply(LedgerRecord record)
    {
        switch (record)
        {
            case ClosureSigned closure:
                Closure = closure.Closure;
                Phase = LedgerPhase.Closed;
                return true;
            case CapacityRaised raised:
                CapacityBytes = raised.CapacityBytes;
                return true;
            case ContradictionFound found:
                Contradiction = found.Contradiction;
                Phase = Phase == LedgerPhase.Closed ? LedgerPhase.Closed : LedgerPhase.Contradicted;
                return true;
            default:
                return false;
        }
    }

    private LedgerRecord Keep(LedgerRecord record)
    {
        TryApply(record);
        return record;
    }
}
