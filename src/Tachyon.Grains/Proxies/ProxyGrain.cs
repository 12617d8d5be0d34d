using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Tachyon.Chain;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Observers;
using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <inheritdoc cref="IProxyGrain" />
/// <remarks>
/// <para>Money is lost here by promising downstream what cannot be collected upstream. So the consumer's unit is durable with the
/// lock's channel, which collects by it whatever happens to this grain, and the promise is durable here, and only then does the
/// pool hear of it. Promises only grow, and only while the channel shows the lock active at finality.</para>
/// <para>Units and counts interleave with everything, all else takes turns. What makes that safe: each decides on the newest ledger
/// without awaiting in between, and whatever leaves does so after a write that holds it. The pool's calls to this grain
/// never wait for one of this grain's calls to the pool, which interleave there.</para>
/// </remarks>
internal sealed partial class ProxyGrain : Grain, IProxyGrain
{
    /// <summary>The name of its record in the storage.</summary>
    internal const string StateName = "proxy";

    /// <summary>How long an acceptance of a lock holds: half of what the protocol allows.</summary>
    internal const ulong AcceptanceSeconds = 300;

    /// <summary>The least that another pool must be worth to a lock: what an exit serves a stranger, halved.</summary>
    private const ulong LeastRoomBytes = ProtocolConstants.InitialCreditBytes / 2;

    private readonly ChannelId _id;
    private readonly StoredRecord<ProxyRecord> _storage;
    private readonly ISettlementChain _chain;
    private readonly ProxyAccount _proxy;
    private readonly SignatureVerifier _verifier;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly ILogger<ProxyGrain> _logger;
    private readonly ObserverSet<IRouteObserver> _consumers;
    private DurableRecord<ProxyRecord> _record = null!;

    // Made from the record when it is first needed, and again after any write of it that failed.
    private LockLedger? _ledger;

    // The pool that was heard to be open.
    private ChannelId? _readyPool;

    /// <summary>Made by the runtime.</summary>
    public ProxyGrain(
        IGrainContext context,
        IServiceProvider services,
        ISettlementChain chain,
        ProxyAccount proxy,
        SignatureVerifier verifier,
        IOptions<GrainsOptions> options,
        GrainClock clock,
        ILogger<ProxyGrain> logger)
    {
        _id = ChannelId.Parse(context.GrainId.Key.ToString()!);
        var storage = services.GetRequiredKeyedService<IGrainStorage>(GrainsOptions.StorageName);
        _storage = new StoredRecord<ProxyRecord>(storage, StateName, context.GrainId);
        _chain = chain;
        _proxy = proxy;
        _verifier = verifier;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
        _consumers = new ObserverSet<IRouteObserver>(clock);
    }

    private bool HasRoute => _proxy.IsProxy && _record.Newest.Terms is not null;

    private LockLedger Ledger => _ledger ??= new LockLedger(
        _record.Newest.Terms!, _chain.Domain, _proxy.Signer, _verifier, RouteStateCodec.DecodeLock(_record.Newest.Lock));

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _storage.ReadStateAsync();
        _record = new DurableRecord<ProxyRecord>(_storage, DeactivateOnIdle, () => _ledger = null);
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<RouteGrantResult> Grant(RouteAsk ask)
    {
        if (!_proxy.IsProxy || !_proxy.IsOwnLock(ask.Terms) || ask.Terms.Validate() is not null || ask.Terms.ChannelId(_chain.Domain) != _id)
        {
            return Refused(RouteRefusal.NoProxy);
        }

        ChannelPhase phase = (await GrainFactory.Channel(_id).View())?.Phase ?? ChannelPhase.None;
        ProxyRecord known = _record.Newest;
        if (known.Terms is not null && (known.RouteAddress != ask.RouteAddress || known.Exit != ask.Exit))
        {
            return Refused(RouteRefusal.SaltUsed);
        }

        if (phase is not (ChannelPhase.None or ChannelPhase.Opened or ChannelPhase.Active) || (HasRoute && !MayServe))
        {
            return Refused(RouteRefusal.LockEnded);
        }

        ProxyRecord next = (known.Terms is null ? Begin(ask) : known) with { PoolId = ask.PoolId, PoolPricePerMB = ask.PoolPricePerMB };
        if (next != known)
        {
            if (known.Terms is not null && (Ledger.Shares.Count >= RouteStateCodec.MaxShares || !CanGoOn))
            {
                return Refused(RouteRefusal.LockEnded);
            }

            _readyPool = null;
            await _record.SaveAsync(next);
        }

        RouteMeter.RouteGranted();
        ulong expirySeconds = _clock.NowSeconds + AcceptanceSeconds;
        return new RouteGrantResult
        {
            Refusal = RouteRefusal.None,
            Tag = next.Tag,
            TagTimestampMs = next.TagTimestampMs,
            TagRandom = next.TagRandom,
            ExpirySeconds = expirySeconds,
            Acceptance = _proxy.Signer.Sign(new Acceptance(_id, expirySeconds), _chain.Domain),
        };
    }

    /// <inheritdoc />
    public Task<RouteView?> View()
    {
        ProxyRecord record = _record.Durable;
        if (record.Terms is not { } terms)
        {
            // Anyone can name locks that do not exist.
            DeactivateOnIdle();
            return Task.FromResult<RouteView?>(null);
        }

        LockState state = RouteStateCodec.DecodeLock(record.Lock);
        return Task.FromResult<RouteView?>(new RouteView
        {
            LockId = _id,
            Terms = terms,
            Exit = record.Exit,
            PoolId = record.PoolId,
            PoolPricePerMB = record.PoolPricePerMB,
            Tag = record.Tag,
            SignedBytes = Math.Min(state.Chain.Peer?.Unit.BytesUsed ?? 0, state.Chain.CapacityBytes),
            PromisedBytes = state.Shares.Aggregate(0UL, (sum, share) => sum + share.PromisedBytes),
            CountedBytes = state.Shares.Aggregate(0UL, (sum, share) => sum + share.CountedBytes),
            IsEnding = state.IsEnding || state.Chain.Closure is not null,
        });
    }

    private bool MayServe => !Ledger.IsEnding && Ledger.Phase == Protocol.Evidence.LedgerPhase.Serving;

    /// <summary>
    /// Whether the consumer can sign for more than pools before were promised. What was promised and not used stays with those, and a
    /// consumer signs ahead of what it used by a checkpoint at most: a lock with no more room than that serves no other pool.
    /// </summary>
    private bool CanGoOn
    {
        get
        {
            ulong counted = Ledger.CountedBytes;
            ulong ahead = Math.Min(ProtocolConstants.MaxSignAheadBytes, Math.Max(ProtocolConstants.InitialCreditBytes, counted));
            return Ledger.PromisedBytes == 0 || counted + ahead >= Ledger.PromisedBytes + LeastRoomBytes;
        }
    }

    private static RouteGrantResult Refused(RouteRefusal refusal) => RouteGrantResult.Refused(refusal);

    private ProxyRecord Begin(RouteAsk ask)
    {
        ulong nowMs = _clock.NowMs;
        var random = Bytes32.FromBytes(RandomNumberGenerator.GetBytes(Bytes32.Length));
        return new ProxyRecord
        {
            Terms = ask.Terms,
            Exit = ask.Exit,
            RouteAddress = ask.RouteAddress,
            Tag = RouteTag.Of(ask.Terms.Consumer, nowMs, random, ask.RouteKey),
            TagTimestampMs = nowMs,
            TagRandom = random,
            Lock = RouteStateCodec.Encode(LockState.New(ask.Terms.CapacityBytes)),
        };
    }

    private Task SaveAsync() => SaveAsync(Ledger);

    /// <summary>
    /// Makes the ledger durable as it is now, where it differs from what is stored: also what another call decided and has not stored
    /// yet, or could not. After a fault the ledger is made anew from what is stored, and calls that decided on the old one fail.
    /// </summary>
    private async Task SaveAsync(LockLedger ledger)
    {
        if (_ledger != ledger)
        {
            throw new StorageFaultException("the route is being read again after a fault of its storage");
        }

        byte[] state = RouteStateCodec.Encode(ledger.State);
        await (state.AsSpan().SequenceEqual(_record.Newest.Lock)
            ? _record.WhenDurableAsync()
            : _record.SaveAsync(_record.Newest with { Lock = state }));
    }
}
