using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Routes;

/// <summary>
/// The exit's end of the routes of one pool as a pure state machine: each is served up to its credit and no further, so that
/// one whose consumer stops signing stalls no other, and all together as the pool's units allow (protocol, Routes, 6).
/// </summary>
/// <remarks>
/// <para>A command decides, applies its decision and returns the record of it, which must be durable before anything that was
/// returned with it leaves.</para>
/// <para>What a tag's credit allows is no money: only the pool's units are. So both are asked for every payload.</para>
/// <para>Not thread-safe. Time is Unix milliseconds, passed in.</para>
/// </remarks>
public sealed class ExitLedger
{
    /// <summary>The most routes of one pool. Naming one costs a proxy nothing, and remembering it costs the exit memory.</summary>
    public const int MaxRoutes = 100_000;

    private readonly Eip712Domain _domain;
    private readonly INodeSigner _signer;
    private readonly SignatureVerifier _verifier;
    private readonly Dictionary<Bytes32, ExitRoute> _routes = [];
    private readonly Dictionary<Bytes32, ulong> _trafficSinceMs = [];

    /// <summary>A ledger from a stored state, or of a pool without routes.</summary>
    /// <param name="pool">The pool's terms. Its own ledger, which counts all routes together, is beside this one.</param>
    /// <param name="domain">The contract.</param>
    /// <param name="signer">The exit's key.</param>
    /// <param name="verifier">Checks the proxy's signatures.</param>
    /// <param name="state">What was stored.</param>
    public ExitLedger(Terms pool, Eip712Domain domain, INodeSigner signer, SignatureVerifier verifier, ExitState? state = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(verifier);
        Terms = pool;
        PoolId = pool.ChannelId(domain);
        _domain = domain;
        _signer = signer;
        _verifier = verifier;
        foreach (ExitRoute route in (state ?? ExitState.New).Routes)
        {
            _routes[route.Tag] = route;
        }
    }

    /// <summary>The pool's terms.</summary>
    public Terms Terms { get; }

    /// <summary>The pool.</summary>
    public ChannelId PoolId { get; }

    /// <summary>All routes.</summary>
    public IReadOnlyCollection<ExitRoute> Routes => _routes.Values;

    /// <summary>All that must not be forgotten, beside the pool's state.</summary>
    public ExitState State => new([.. _routes.Values]);

    /// <summary>A route; null where the proxy named none with this tag.</summary>
    public ExitRoute? Find(Bytes32 tag) => _routes.TryGetValue(tag, out ExitRoute route) ? route : null;

    /// <summary>The proxy names a route. Null where it is known, and the first key stays; or where there are <see cref="MaxRoutes"/> already.</summary>
    public LedgerRecord? Admit(Bytes32 tag, Address routeKey) =>
        _routes.ContainsKey(tag) || _routes.Count >= MaxRoutes ? null : Keep(new RouteAdmitted(tag, routeKey));

    /// <summary>Takes a credit of the proxy. An older one, or one of a route that is not known, changes nothing.</summary>
    /// <param name="signed">The credit.</param>
    /// <param name="fault">Why the signature is not the proxy's.</param>
    public LedgerRecord? TakeCredit(SignedTagCredit signed, out SignatureFault fault)
    {
        ArgumentNullException.ThrowIfNull(signed);
        fault = SignatureFault.None;
        TagCredit credit = signed.Credit;
        if (credit.ChannelId != PoolId || !_routes.TryGetValue(credit.Tag, out ExitRoute route) || credit.BytesUsed <= route.CreditBytes)
        {
            return null;
        }

        fault = _verifier.Verify(credit, _domain, signed.Signature, Terms.Consumer);
        return fault == SignatureFault.None ? Keep(new TagCreditTaken(credit.Tag, credit.BytesUsed)) : null;
    }

    /// <summary>Payload bytes of a route that its credit allows beyond what was counted; zero for one that is not known.</summary>
    public ulong AllowedBytes(Bytes32 tag) =>
        _routes.TryGetValue(tag, out ExitRoute route) && route.CreditBytes > route.CountBytes ? route.CreditBytes - route.CountBytes : 0;

    /// <summary>Counts a payload of a route, either direction. Only where its credit allows it and the pool's ledger let it pass.</summary>
    /// <exception cref="InvalidOperationException">The route is not known, or its credit does not allow so much.</exception>
    public void Count(Bytes32 tag, int payloadBytes, ulong nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        if ((ulong)payloadBytes > AllowedBytes(tag))
        {
            throw new InvalidOperationException($"The credit of route {tag} allows {AllowedBytes(tag)} bytes, not {payloadBytes}.");
        }

        if (payloadBytes > 0)
        {
            _routes[tag] = _routes[tag] with { CountBytes = _routes[tag].CountBytes + (ulong)payloadBytes };
            _trafficSinceMs.TryAdd(tag, nowMs);
        }
    }

    /// <summary>
    /// Whether a route's count is to be stated now: at least every step, every quarter (at high rates half) of what its credit is ahead of the last, and every
    /// second of traffic. At high rates a step after the use at which the consumer signed last, so that the proxy knows of it by its next unit.
    /// </summary>
    /// <param name="tag">The route.</param>
    /// <param name="isWanted">Whether to state any growth, as when a session ends or pauses.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="stepBytes">How far counts lie apart: 1 MB, or more at high rates, see <see cref="SignAhead.RouteStepBytes"/>.</param>
    public bool IsCountDue(Bytes32 tag, bool isWanted, ulong nowMs, ulong stepBytes = ProtocolConstants.UnitIntervalBytes)
    {
        if (!_routes.TryGetValue(tag, out ExitRoute route))
        {
            return false;
        }

        ulong counted = CountedOf(route);
        ulong stated = route.Newest?.Count.BytesUsed ?? 0;
        if (counted <= stated)
        {
            return false;
        }

        // The consumer's last unit was signed when less was used than is stated since: its next one comes earlier by that much, and the
        // proxy promises no further than a checkpoint beyond what it has heard of.
        ulong ahead = route.CreditBytes - stated;
        ulong lag = ProtocolConstants.MaxSignAheadBytes - Math.Min(ahead, ProtocolConstants.MaxSignAheadBytes);
        ulong interval = stepBytes > ProtocolConstants.UnitIntervalBytes
            ? Math.Min(Math.Max(ProtocolConstants.UnitIntervalBytes, stepBytes - Math.Min(lag, stepBytes)), ahead / 2)
            : Math.Min(stepBytes, ahead / 4);
        ulong since = _trafficSinceMs.GetValueOrDefault(tag, nowMs);
        return isWanted || counted - stated >= interval || since > nowMs || nowMs - since >= ProtocolConstants.UnitIntervalMs;
    }

    /// <summary>What to state of a route now, see <see cref="IsCountDue"/>.</summary>
    /// <returns>The record, with the signed count; null where nothing is due.</returns>
    public TagCountSigned? PollCount(Bytes32 tag, bool isWanted, ulong nowMs, ulong stepBytes = ProtocolConstants.UnitIntervalBytes)
    {
        if (!IsCountDue(tag, isWanted, nowMs, stepBytes))
        {
            return null;
        }

        ExitRoute route = _routes[tag];
        ulong time = Math.Max(nowMs, route.Newest?.Count.TimestampMs ?? 0);
        var count = new TagCount(PoolId, tag, (route.Newest?.Count.Index ?? 0) + 1, CountedOf(route), time);
        var signed = new TagCountSigned(new SignedTagCount(count, _signer.Sign(count, _domain)), route.CountBytes);
        Keep(signed);
        _trafficSinceMs.Remove(tag);
        return signed;
    }

    /// <summary>A route is over. Null where it is not known.</summary>
    public LedgerRecord? Forget(Bytes32 tag) => _routes.ContainsKey(tag) ? Keep(new RouteForgotten(tag)) : null;

    /// <summary>Applies a record: at once when a command decides it, and again when a journal is replayed.</summary>
    /// <exception cref="ArgumentException">The record is none of an exit's routes.</exception>
    public void Apply(LedgerRecord record)
    {
        switch (record)
        {
            case RouteAdmitted admitted:
                _routes[admitted.Tag] = new ExitRoute(admitted.Tag, admitted.RouteKey, 0, 0, null);
                break;
            case TagCreditTaken taken:
                _routes[taken.Tag] = _routes[taken.Tag] with { CreditBytes = taken.BytesUsed };
                break;
            case TagCountSigned signed:
                _routes[signed.Count.Count.Tag] = _routes[signed.Count.Count.Tag] with { CountBytes = signed.CountBytes, Newest = signed.Count };
                break;
            case RouteForgotten forgotten:
                _routes.Remove(forgotten.Tag);
                _trafficSinceMs.Remove(forgotten.Tag);
                break;
            default:
                throw new ArgumentException($"An exit's ledger has no {record?.GetType().Name ?? "null"}.", nameof(record));
        }
    }

    private static ulong CountedOf(in ExitRoute route) => Math.Min(ByteCounts.RoundUpToKB(route.CountBytes), route.CreditBytes);

    private LedgerRecord Keep(LedgerRecord record)
    {
        Apply(record);
        return record;
    }
}
