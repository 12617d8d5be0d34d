using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Routes;

/// <summary>
/// The proxy's end of a lock as a pure state machine: how it answers the consumer's units, and what it may promise to exits
/// on the strength of them (protocol, Routes, 6 to 8).
/// </summary>
/// <remarks>
/// <para>A command decides, applies its decision and returns the record of it, which must be durable before anything that was
/// returned with it leaves. Where storing fails, discard the ledger and start from what is stored.</para>
/// <para>Money is lost here by promising downstream what cannot be collected upstream. What is promised on a lock, over all
/// pools past and present together, never exceeds min(newest consumer unit, capacity). It is for the caller to see that the lock
/// is active at finality, and that whoever watches over the lock keeps the consumer's unit durably, before it asks to promise.</para>
/// <para>Not thread-safe. Time is Unix milliseconds, passed in.</para>
/// </remarks>
public sealed class LockLedger
{
    private readonly Eip712Domain _domain;
    private readonly INodeSigner _signer;
    private readonly EvidenceChain _chain;
    private readonly List<LockShare> _shares;

    /// <summary>A ledger from a stored state, or of a new lock.</summary>
    /// <exception cref="ArgumentException">The terms are no lock's, or the signer's key is not the proxy's.</exception>
    public LockLedger(Terms terms, Eip712Domain domain, INodeSigner signer, SignatureVerifier verifier, LockState? state = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(signer);
        if (terms.Kind != ChannelKind.Lock)
        {
            throw new ArgumentException($"The terms are those of a channel of kind {terms.Kind}, not of a lock.", nameof(terms));
        }

        if (signer.Address != terms.Provider)
        {
            throw new ArgumentException($"The signer is {signer.Address}, the lock's proxy {terms.Provider}.", nameof(signer));
        }

        state ??= LockState.New(terms.CapacityBytes);
        Terms = terms;
        _domain = domain;
        _signer = signer;
        _chain = new EvidenceChain(terms, domain, terms.Consumer, verifier, state.Chain);
        _shares = [.. state.Shares];
        IsEnding = state.IsEnding;
    }

    /// <summary>The lock's terms.</summary>
    public Terms Terms { get; }

    /// <summary>The lock.</summary>
    public ChannelId LockId => _chain.ChannelId;

    /// <summary>The capacity with all top-ups seen.</summary>
    public ulong CapacityBytes => _chain.CapacityBytes;

    /// <summary>How far the proxy's part has come.</summary>
    public LedgerPhase Phase => _chain.Phase;

    /// <summary>Whether the lock was seen to close.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>What was promised to pools, past and present.</summary>
    public IReadOnlyList<LockShare> Shares => _shares;

    /// <summary>All that is promised on this lock.</summary>
    public ulong PromisedBytes => _shares.Aggregate(0UL, (sum, share) => sum + share.PromisedBytes);

    /// <summary>All that exits counted for this lock.</summary>
    public ulong CountedBytes => _shares.Aggregate(0UL, (sum, share) => sum + share.CountedBytes);

    /// <summary>What the proxy can collect of this lock at any time: the consumer's newest unit, within the capacity.</summary>
    public ulong CollectableBytes => Math.Min(_chain.PeerBytes, CapacityBytes);

    /// <summary>The proxy's newest unit.</summary>
    public SignedUnit? NewestOwn => _chain.Own;

    /// <summary>The consumer's newest unit.</summary>
    public SignedUnit? NewestPeer => _chain.Peer;

    /// <summary>The closure that the proxy signed.</summary>
    public SignedClosure? Closure => _chain.Closure;

    /// <summary>The proof that the consumer contradicted itself, where it did.</summary>
    public Contradiction? Contradiction => _chain.Contradiction;

    /// <summary>All that must not be forgotten.</summary>
    public LockState State => new(_chain.State, IsEnding, [.. _shares]);

    /// <summary>Takes a unit of the consumer and answers it with min(what exits counted, its count), which is no dispute.</summary>
    public PeerUnitOutcome Receive(SignedUnit unit, ulong nowMs)
    {
        if (!_chain.IsNewOfConsumer(unit, nowMs, out ChainJudgement judgement, out PeerUnitOutcome outcome, mayLead: true))
        {
            return outcome;
        }

        ulong time = Math.Max(nowMs, judgement.Named?.TimestampMs ?? 0);
        SignedUnit answer = Sign(Math.Min(CountedBytes, unit.Unit.BytesUsed), time, unit.Unit.StructHash());
        return new PeerUnitOutcome(PeerUnitKind.Agreed, Record: Keep(new LockUnitAnswered(unit, answer)), Answer: answer);
    }

    /// <summary>
    /// Promises to a pool all that may be: what the consumer signed, less what other pools were promised, and at most one
    /// checkpoint ahead of what the exit counted, since the step that a consumer signs at the end is not for use.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="poolPricePerMB">Its price.</param>
    public PromiseOutcome Promise(ChannelId pool, TokenAmount poolPricePerMB)
    {
        LockShare share = ShareOf(pool);
        if (IsEnding || Phase != LedgerPhase.Serving)
        {
            return new PromiseOutcome(PromiseFault.LockEnded, share.PromisedBytes, null);
        }

        if (poolPricePerMB > Terms.PricePerMB)
        {
            return new PromiseOutcome(PromiseFault.PoolTooDear, share.PromisedBytes, null);
        }

        ulong others = PromisedBytes - share.PromisedBytes;
        ulong left = CollectableBytes > others ? CollectableBytes - others : 0;
        ulong promised = Math.Min(left, share.CountedBytes + ProtocolConstants.MaxSignAheadBytes);
        return promised <= share.PromisedBytes
            ? new PromiseOutcome(PromiseFault.None, share.PromisedBytes, null)
            : new PromiseOutcome(PromiseFault.None, promised, Keep(new SharePromised(pool, promised)));
    }

    /// <summary>
    /// Takes what an exit counted, held to what was promised. Where that is a whole interval of signing more than the newest
    /// own unit states, or the consumer may be waiting for it, a unit goes with it.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="countedBytes">The exit's signed count of the route, cumulative, in whole KB.</param>
    /// <param name="isWanted">Whether to sign any growth, as at the end of a session.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>The record, with the unit to send where there is one; null where nothing is new.</returns>
    public ShareCounted? Count(ChannelId pool, ulong countedBytes, bool isWanted, ulong nowMs)
    {
        LockShare share = ShareOf(pool);
        ulong counted = Math.Min(ByteCounts.RoundDownToKB(countedBytes), share.PromisedBytes);
        ulong agreed = Math.Min(CountedBytes - share.CountedBytes + Math.Max(counted, share.CountedBytes), _chain.PeerBytes);
        ulong growth = agreed > _chain.OwnBytes ? agreed - _chain.OwnBytes : 0;
        bool isDue = Phase == LedgerPhase.Serving && growth > 0 && (isWanted || growth >= ProtocolConstants.UnitIntervalBytes);
        if (counted <= share.CountedBytes && !isDue)
        {
            return null;
        }

        SignedUnit? answer = isDue ? Sign(agreed, nowMs, _chain.CounterUnit) : null;
        return (ShareCounted)Keep(new ShareCounted(pool, Math.Max(counted, share.CountedBytes), answer));
    }

    /// <summary>
    /// Signs a closure of the lock: a multiple of the route step (or the whole capacity), and never below what is promised.
    /// </summary>
    /// <param name="bytesUsed">The final count.</param>
    /// <param name="stepBytes">The route step.</param>
    /// <param name="validUntilSeconds">The last second at which the contract takes it.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="paidBytes">What claims have paid for, final on chain.</param>
    public ClosureOutcome SignClosure(ulong bytesUsed, ulong stepBytes, ulong validUntilSeconds, ulong nowMs, ulong paidBytes = 0)
    {
        ClosureFault fault = ClosureRules.Check(_chain, bytesUsed, validUntilSeconds, nowMs, paidBytes);
        if (fault == ClosureFault.None && bytesUsed < PromisedBytes)
        {
            fault = ClosureFault.BelowOwnCount;
        }

        if (fault == ClosureFault.None && !RouteSteps.IsStep(bytesUsed, stepBytes, CapacityBytes))
        {
            fault = ClosureFault.NotARouteStep;
        }

        return _chain.SignClosure(fault, bytesUsed, validUntilSeconds, _signer);
    }

    /// <summary>A top-up was seen final on chain. Null where the capacity is known already.</summary>
    public LedgerRecord? RaiseCapacity(ulong capacityBytes) => _chain.RaiseCapacity(capacityBytes);

    /// <summary>The lock was seen to close, final or not: from now on nothing is promised. Null where that is known.</summary>
    public LedgerRecord? End() => IsEnding ? null : Keep(new LockEnding());

    /// <summary>Applies a record: at once when a command decides it, and again when a journal is replayed.</summary>
    /// <exception cref="ArgumentException">The record is not one of a lock.</exception>
    public void Apply(LedgerRecord record)
    {
        switch (record)
        {
            case LockUnitAnswered answered:
                _chain.ApplyPeer(answered.Unit, countersigned: true);
                _chain.ApplyOwn(answered.Answer);
                break;
            case SharePromised promised:
                Set(ShareOf(promised.Pool) with { PromisedBytes = promised.PromisedBytes });
                break;
            case ShareCounted counted:
                Set(ShareOf(counted.Pool) with { CountedBytes = counted.CountedBytes });
                if (counted.Answer is { } answer)
                {
                    _chain.ApplyOwn(answer);
                }

                break;
            case LockEnding:
                IsEnding = true;
                break;
            default:
                if (_chain.TryApply(record))
                {
                    break;
                }

                throw new ArgumentException($"A lock's ledger has no {record?.GetType().Name ?? "null"}.", nameof(record));
        }
    }

    private LockShare ShareOf(ChannelId pool) =>
        _shares.Find(share => share.Pool == pool) is { PromisedBytes: > 0 } found ? found : new LockShare(pool, 0, 0);

    private void Set(LockShare share)
    {
        int at = _shares.FindIndex(known => known.Pool == share.Pool);
        if (at < 0)
        {
            _shares.Add(share);
        }
        else
        {
            _shares[at] = share;
        }
    }

    private SignedUnit Sign(ulong bytesUsed, ulong timeMs, Bytes32 counterUnit) =>
        SignedUnit.Sign(_chain.Draft(Math.Max(bytesUsed, _chain.OwnBytes), timeMs, counterUnit), _signer, _domain);

    private LedgerRecord Keep(LedgerRecord record)
    {
        Apply(record);
        return record;
    }
}
