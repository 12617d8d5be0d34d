using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Routes;

/// <summary>
/// The proxy's end of a pool as a pure state machine: the one channel to an exit that all routes to it share. It signs the sum
/// of what locks promised, and passes each route its credit (protocol, Routes, 3 and 6).
/// </summary>
/// <remarks>
/// <para>A command decides, applies its decision and returns the record of it, which must be durable before anything that was
/// returned with it leaves. Shares only ever grow, so that one which is forgotten in a crash makes the sum too low and never too
/// high; the lock that promised it says so again.</para>
/// <para>Money is lost here by signing more than the locks promised: no unit states more than the sum of the shares, whatever
/// the exit counts.</para>
/// <para>Not thread-safe. Time is Unix milliseconds, passed in. Every command costs the same with one route as with
/// ten thousand.</para>
/// </remarks>
public sealed class PoolLedger
{
    private readonly Eip712Domain _domain;
    private readonly INodeSigner _signer;
    private readonly SignatureVerifier _verifier;
    private readonly EvidenceChain _chain;
    private readonly Dictionary<ChannelId, PoolShare> _shares = [];
    private readonly Dictionary<Bytes32, ChannelId> _locks = [];

    private ResendTimer _resend;

    /// <summary>A ledger from a stored state, or of a new pool.</summary>
    /// <exception cref="ArgumentException">The terms are a lock's, or the signer's key is not the proxy's.</exception>
    public PoolLedger(Terms terms, Eip712Domain domain, INodeSigner signer, SignatureVerifier verifier, PoolState? state = null)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(signer);
        if (terms.Kind != ChannelKind.Direct)
        {
            throw new ArgumentException($"The terms are those of a channel of kind {terms.Kind}; an exit is paid through a direct one.", nameof(terms));
        }

        if (signer.Address != terms.Consumer)
        {
            throw new ArgumentException($"The signer is {signer.Address}, the pool's proxy {terms.Consumer}.", nameof(signer));
        }

        state ??= PoolState.New(terms.CapacityBytes);
        Terms = terms;
        _domain = domain;
        _signer = signer;
        _verifier = verifier;
        _chain = new EvidenceChain(terms, domain, terms.Provider, verifier, state.Chain);
        SettledBytes = state.SettledBytes;
        PromisedBytes = SettledBytes;
        foreach (PoolShare share in state.Shares)
        {
            _shares[share.LockId] = share;
            _locks[share.Tag] = share.LockId;
            PromisedBytes += share.PromisedBytes;
        }
    }

    /// <summary>The pool's terms.</summary>
    public Terms Terms { get; }

    /// <summary>The pool.</summary>
    public ChannelId PoolId => _chain.ChannelId;

    /// <summary>The capacity with all top-ups seen.</summary>
    public ulong CapacityBytes => _chain.CapacityBytes;

    /// <summary>How far the proxy's part has come.</summary>
    public LedgerPhase Phase => _chain.Phase;

    /// <summary>What locks promised to this pool in all, those that are over included: no unit states more.</summary>
    public ulong PromisedBytes { get; private set; }

    /// <summary>What locks that are over had promised.</summary>
    public ulong SettledBytes { get; private set; }

    /// <summary>What may still be promised before the pool needs a top-up.</summary>
    public ulong RoomBytes => CapacityBytes > PromisedBytes ? CapacityBytes - PromisedBytes : 0;

    /// <summary>How many routes share it.</summary>
    public int Routes => _shares.Count;

    /// <summary>The proxy's newest unit.</summary>
    public SignedUnit? NewestOwn => _chain.Own;

    /// <summary>The exit's newest unit.</summary>
    public SignedUnit? NewestPeer => _chain.Peer;

    /// <summary>The closure that the proxy signed.</summary>
    public SignedClosure? Closure => _chain.Closure;

    /// <summary>The chain of evidence, for whoever stores the shares apart.</summary>
    public ChainState ChainState => _chain.State;

    /// <summary>All that must not be forgotten.</summary>
    public PoolState State => new(_chain.State, SettledBytes, [.. _shares.Values]);

    /// <summary>The share of a lock; null where it has none.</summary>
    public PoolShare? Find(ChannelId lockId) => _shares.TryGetValue(lockId, out PoolShare share) ? share : null;

    /// <summary>The share of the route with a tag; null where none has it.</summary>
    public PoolShare? Find(Bytes32 tag) => _locks.TryGetValue(tag, out ChannelId lockId) ? _shares[lockId] : null;

    /// <summary>
    /// Takes what a lock promised, cumulative. Said again, or older, it changes nothing. Where the capacity does not hold all
    /// of it, as much is taken as it does.
    /// </summary>
    public ShareOutcome Raise(ChannelId lockId, Bytes32 tag, ulong promisedBytes)
    {
        PoolShare share = _shares.GetValueOrDefault(lockId);
        if (Phase != LedgerPhase.Serving)
        {
            return new ShareOutcome(ShareFault.PoolEnded, share.PromisedBytes, null);
        }

        if (_locks.TryGetValue(tag, out ChannelId owner) ? owner != lockId : share.PromisedBytes > 0)
        {
            return new ShareOutcome(ShareFault.TagTaken, share.PromisedBytes, null);
        }

        ulong wanted = promisedBytes > share.PromisedBytes ? promisedBytes - share.PromisedBytes : 0;
        ulong taken = ByteCounts.RoundDownToKB(Math.Min(wanted, RoomBytes));
        ShareFault fault = taken < wanted ? ShareFault.PoolFull : ShareFault.None;
        return taken == 0
            ? new ShareOutcome(fault, share.PromisedBytes, null)
            : new ShareOutcome(fault, share.PromisedBytes + taken, Keep(new PoolShareRaised(lockId, tag, share.PromisedBytes + taken)));
    }

    /// <summary>The credit of a lock's route as the exit is to have it; null where it has none. Send it once the share is durable.</summary>
    public SignedTagCredit? Credit(ChannelId lockId)
    {
        if (!_shares.TryGetValue(lockId, out PoolShare share) || Phase != LedgerPhase.Serving)
        {
            return null;
        }

        var credit = new TagCredit(PoolId, share.Tag, share.PromisedBytes);
        return new SignedTagCredit(credit, _signer.Sign(credit, _domain));
    }

    /// <summary>
    /// What to send now: a unit on the sum where the shares have grown, within the crossing rules, else the newest one again
    /// while it is unanswered.
    /// </summary>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="roundTripMs">The connection's round trip in milliseconds.</param>
    public ConsumerAction Poll(ulong nowMs, ulong roundTripMs)
    {
        if (Phase != LedgerPhase.Serving)
        {
            return default;
        }

        ulong target = Math.Min(Math.Min(PromisedBytes, CapacityBytes), UnitRules.CrossingLimit(_chain.OwnBytes, _chain.CounterUnitBytes));
        if (target > _chain.OwnBytes)
        {
            SignedUnit unit = SignedUnit.Sign(_chain.Draft(target, nowMs, _chain.CounterUnit), _signer, _domain);
            _resend.Start(nowMs, roundTripMs);
            return new ConsumerAction(unit, Keep(new PoolUnitSigned(unit)));
        }

        if (_chain.IsOwnAnswered || !_resend.IsDue(nowMs))
        {
            return default;
        }

        _resend.Resent(nowMs, roundTripMs);
        return new ConsumerAction(_chain.Own, null);
    }

    /// <summary>The exit is connected anew: what is unanswered is due at once.</summary>
    public void StartSession(ulong nowMs) => _resend.Restart(nowMs);

    /// <summary>Takes a unit of the exit.</summary>
    public PeerUnitOutcome Receive(SignedUnit unit, ulong nowMs)
    {
        if (!_chain.IsNewOfProvider(unit, nowMs, out ChainJudgement judgement, out PeerUnitOutcome outcome))
        {
            return outcome;
        }

        bool disputed = !judgement.IsKnown && unit.Unit.BytesUsed > (judgement.Named?.BytesUsed ?? 0);
        LedgerRecord taken = Keep(new ProviderUnitTaken(unit, unit.Unit.BytesUsed <= PromisedBytes, disputed));
        return new PeerUnitOutcome(disputed ? PeerUnitKind.Disputed : PeerUnitKind.Agreed, Record: taken);
    }

    /// <summary>Takes what the exit counted of one route.</summary>
    public TagCountOutcome ReceiveCount(SignedTagCount signed)
    {
        ArgumentNullException.ThrowIfNull(signed);
        TagCount count = signed.Count;
        if (count.ChannelId != PoolId)
        {
            return new TagCountOutcome(TagCountFault.WrongChannel, null);
        }

        if (!_locks.TryGetValue(count.Tag, out ChannelId lockId))
        {
            return new TagCountOutcome(TagCountFault.UnknownTag, null);
        }

        PoolShare share = _shares[lockId];
        if (count.Index <= share.CountIndex)
        {
            return new TagCountOutcome(TagCountFault.Old, null);
        }

        if (count.BytesUsed < share.CountedBytes || !ByteCounts.IsWholeKB(count.BytesUsed))
        {
            return new TagCountOutcome(TagCountFault.BadCount, null);
        }

        if (count.BytesUsed > share.PromisedBytes)
        {
            return new TagCountOutcome(TagCountFault.AboveCredit, null);
        }

        if (_verifier.Verify(count, _domain, signed.Signature, Terms.Provider) != SignatureFault.None)
        {
            return new TagCountOutcome(TagCountFault.BadSignature, null);
        }

        return new TagCountOutcome(
            TagCountFault.None, (TagCountTaken)Keep(new TagCountTaken(lockId, count.Index, count.BytesUsed)));
    }

    /// <summary>A lock is over for good: its share becomes part of the sum and its tag is free. Null where it has none.</summary>
    public LedgerRecord? Settle(ChannelId lockId) => _shares.ContainsKey(lockId) ? Keep(new PoolShareSettled(lockId)) : null;

    /// <summary>Signs a closure of the pool: at most what the locks promised. From then on it signs no more.</summary>
    /// <param name="bytesUsed">The final count, in whole KB.</param>
    /// <param name="validUntilSeconds">The last second at which the contract takes it.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="paidBytes">What claims have paid for, final on chain.</param>
    public ClosureOutcome SignClosure(ulong bytesUsed, ulong validUntilSeconds, ulong nowMs, ulong paidBytes = 0)
    {
        ClosureFault fault = ClosureRules.Check(_chain, bytesUsed, validUntilSeconds, nowMs, paidBytes);
        if (fault == ClosureFault.None && bytesUsed > PromisedBytes)
        {
            fault = ClosureFault.AboveOwnCount;
        }

        return _chain.SignClosure(fault, bytesUsed, validUntilSeconds, _signer);
    }

    /// <summary>A top-up was seen final on chain. Null where the capacity is known already.</summary>
    public LedgerRecord? RaiseCapacity(ulong capacityBytes) => _chain.RaiseCapacity(capacityBytes);

    /// <summary>Applies a record: at once when a command decides it, and again when a journal is replayed.</summary>
    /// <exception cref="ArgumentException">The record is not one of a pool.</exception>
    public void Apply(LedgerRecord record)
    {
        switch (record)
        {
            case PoolShareRaised raised:
                PoolShare known = _shares.GetValueOrDefault(raised.LockId);
                PromisedBytes += raised.PromisedBytes - known.PromisedBytes;
                _shares[raised.LockId] = known with { LockId = raised.LockId, Tag = raised.Tag, PromisedBytes = raised.PromisedBytes };
                _locks[raised.Tag] = raised.LockId;
                break;
            case TagCountTaken taken:
                _shares[taken.LockId] = _shares[taken.LockId] with { CountIndex = taken.Index, CountedBytes = taken.BytesUsed };
                break;
            case PoolShareSettled settled:
                if (_shares.Remove(settled.LockId, out PoolShare over))
                {
                    _locks.Remove(over.Tag);
                    SettledBytes += over.PromisedBytes;
                }

                break;
            case PoolUnitSigned signed:
                _chain.ApplyOwn(signed.Unit);
                break;
            case ProviderUnitTaken taken:
                _chain.ApplyPeer(taken.Unit, taken.Countersigned);
                _chain.Phase = taken.Disputed ? LedgerPhase.Disputed : _chain.Phase;
                break;
            default:
                if (_chain.TryApply(record))
                {
                    break;
                }

                throw new ArgumentException($"A pool's ledger has no {record?.GetType().Name ?? "null"}.", nameof(record));
        }
    }

    private LedgerRecord Keep(LedgerRecord record)
    {
        Apply(record);
        return record;
    }
}
