using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Storage;
using Tachyon.Chain;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Observers;
using Tachyon.Grains.Telemetry;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Proxies;

/// <inheritdoc cref="IPoolGrain" />
/// <remarks>
/// Reentrant. What makes that safe: every decision is taken on the newest state without an await in between, all that is
/// stored is written by one loop (<see cref="PoolBook"/>), and whatever leaves does so after that loop has written it.
/// </remarks>
[Reentrant]
internal sealed partial class PoolGrain : Grain, IPoolGrain, IAcceptanceObserver
{
    /// <summary>The most routes in one push: with their signatures they fit a message.</summary>
    internal const int MaxPushed = 255;

    /// <summary>How often what an exit has not answered is looked at.</summary>
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>What an exit's answer takes as a rule: the round trip, and a write at either end.</summary>
    private const ulong RoundTripMs = 200;

    private readonly Address _exit;
    private readonly ISettlementChain _chain;
    private readonly ProxyAccount _proxy;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly ILogger<PoolGrain> _logger;
    private readonly PoolBook _book;
    private readonly ObserverSet<IPoolObserver> _exits;

    // Locks that were told to wait until the pool is active, or has room.
    private readonly HashSet<ChannelId> _waiting = [];
    private readonly HashSet<ChannelId> _raised = [];
    private readonly Dictionary<ChannelId, TagCreditEntry> _credits = [];
    private readonly List<Bytes32> _over = [];
    private Task? _round;
    private Task? _nextRound;
    private string? _lastError;

    /// <summary>Made by the runtime.</summary>
    public PoolGrain(
        IGrainContext context,
        IServiceProvider services,
        ISettlementChain chain,
        ProxyAccount proxy,
        SignatureVerifier verifier,
        IOptions<GrainsOptions> options,
        GrainClock clock,
        ILogger<PoolGrain> logger)
    {
        _exit = Address.Parse(context.GrainId.Key.ToString()!);
        _chain = chain;
        _proxy = proxy;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
        _exits = new ObserverSet<IPoolObserver>(clock);
        var storage = services.GetRequiredKeyedService<IGrainStorage>(GrainsOptions.StorageName);
        _book = new PoolBook(
            new StoredRecord<PoolHead>(storage, "pool", context.GrainId),
            page => new StoredRecord<PoolPage>(storage, $"pool-{page}", context.GrainId),
            (terms, state) => new PoolLedger(terms, chain.Domain, proxy.Signer, verifier, state),
            DeactivateOnIdle);
    }

    private PoolHead Head => _book.Head;

    private bool IsServing => Head.Stage == PoolStage.Active && _book.Ledger is { Phase: LedgerPhase.Serving };

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_proxy.IsProxy)
        {
            await _book.LoadAsync();
        }

        TimeSpan period = _options.OutboxPollInterval < LongestPeriod ? _options.OutboxPollInterval : LongestPeriod;
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(period, period) { Interleave = true });
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _book.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public Task<PoolView> View()
    {
        PoolLedger? ledger = _book.Ledger;
        LetGoIfNone();
        return Task.FromResult(new PoolView
        {
            Exit = _exit,
            Stage = Head.Stage,
            Terms = Head.Terms,
            PoolId = ledger?.PoolId ?? default,
            CapacityBytes = ledger?.CapacityBytes ?? 0,
            PromisedBytes = ledger?.PromisedBytes ?? 0,
            SignedBytes = ledger?.NewestOwn?.Unit.BytesUsed ?? 0,
            Routes = _book.ActiveRoutes,
            TopUpBytes = Head.TopUpBytes,
            IsAttached = !_exits.IsEmpty,
        });
    }

    /// <inheritdoc />
    public Task<ChannelId[]> Locks(ChannelId? after, int count) => Task.FromResult<ChannelId[]>(
    [
        .. _book.Locks
            .Where(lockId => after is not { } last || lockId.Value.CompareTo(last.Value) > 0)
            .OrderBy(lockId => lockId.Value)
            .Take(Math.Clamp(count, 1, 1_000)),
    ]);

    /// <summary>Anyone can name exits that do not exist, or say that they are one: where there was never a pool nothing is kept in memory.</summary>
    private void LetGoIfNone()
    {
        if (Head.Terms is null)
        {
            DeactivateOnIdle();
        }
    }

    private async Task Tick(CancellationToken cancellation)
    {
        try
        {
            if (Head.Stage == PoolStage.Planned && _waiting.Count > 0)
            {
                StartOpening();
            }

            await Progress();
            await Pump();
            _lastError = null;
        }
#pragma warning disable CA1031 // The next tick tries again; what cannot be stored ends the activation.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            // One line, however long it lasts.
            if (_lastError != fault.Message)
            {
                LogTickFailed(_logger, _exit, fault.Message);
            }

            _lastError = fault.Message;
        }
    }

    /// <summary>
    /// Signs the sum where it has grown, and pushes what is new once it is durable. One round at a time: whoever comes during
    /// one shares the next with all the others who wait, and waits for no more than two.
    /// </summary>
    private Task Pump()
    {
        if (_nextRound is not null)
        {
            return _nextRound;
        }

        return _round is { IsCompleted: false } running ? _nextRound = PumpAfter(running) : _round = PumpOnce();
    }

    private async Task PumpAfter(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        _nextRound = null;
        await (_round = PumpOnce());
    }

    private async Task PumpOnce()
    {
        PoolLedger? ledger = _book.Ledger;
        SignedUnit? unit = null;
        if (ledger is not null && IsServing)
        {
            ConsumerAction action = ledger.Poll(_clock.NowMs, RoundTripMs);
            unit = action.Unit;
            if (action.Record is not null)
            {
                _book.ChainChanged();
                RouteMeter.PoolUnitSigned();
            }
        }

        // What leaves is taken before it is written: what others sign meanwhile is not durable yet when this is.
        TagCreditEntry[] credits = ledger is null || _exits.IsEmpty ? [] : CreditsOf(ledger, _raised);
        Bytes32[] over = [.. _over];
        _raised.Clear();
        _over.Clear();
        await _book.SaveAsync();
        if (ledger is null || _exits.IsEmpty)
        {
            return;
        }

        await PushCredits(ledger.PoolId, unit, credits, _exits.Push);
        foreach (Bytes32[] tags in over.Chunk(MaxPushed))
        {
            await _exits.Push(exit => exit.RoutesEnded(ledger.PoolId, tags));
        }
    }

    // The unit goes with the first of the credits that it pays for.
    private static async Task PushCredits(
        ChannelId poolId, SignedUnit? unit, TagCreditEntry[] credits, Func<Func<IPoolObserver, Task>, Task> push)
    {
        if (unit is not null && credits.Length == 0)
        {
            await push(exit => exit.PoolUnit(unit));
        }

        foreach (TagCreditEntry[] some in credits.Chunk(MaxPushed))
        {
            SignedUnit? along = unit;
            unit = null;
            await push(exit => exit.RouteCredits(poolId, along, some));
        }
    }

    /// <summary>What the exit is to have of these locks' routes. It leaves once what the book holds by now is durable.</summary>
    private TagCreditEntry[] CreditsOf(PoolLedger ledger, IEnumerable<ChannelId> lockIds) =>
        [.. lockIds.Where(_book.IsUnderWay).Select(lockId => CreditOf(ledger, lockId)).OfType<TagCreditEntry>()];

    private TagCreditEntry? CreditOf(PoolLedger ledger, ChannelId lockId)
    {
        // An exit may ask for all of them as often as it likes: each is signed once.
        if (_credits.TryGetValue(lockId, out TagCreditEntry known) && ledger.Phase == LedgerPhase.Serving
            && ledger.Find(lockId) is { } share && share.PromisedBytes == known.BytesUsed)
        {
            return known;
        }

        return ledger.Credit(lockId) is { } signed
            ? _credits[lockId] = new TagCreditEntry
            {
                Tag = signed.Credit.Tag,
                RouteAddress = _book.RouteAddressOf(lockId),
                BytesUsed = signed.Credit.BytesUsed,
                Signature = signed.Signature,
            }
            : null;
    }

    /// <summary>Has locks say again what they promised, or learn that they cannot any more.</summary>
    private async Task Wake(IEnumerable<ChannelId> lockIds)
    {
        foreach (ChannelId lockId in lockIds.ToArray())
        {
            _waiting.Remove(lockId);
            await GrainFactory.Proxy(lockId).SayAgain();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Pool to {Exit}: a look at it failed and is repeated: {Error}")]
    private static partial void LogTickFailed(ILogger logger, Address exit, string error);

    [LoggerMessage(2, LogLevel.Warning, "Pool to {Exit} was not opened: {Reason}")]
    private static partial void LogNotOpened(ILogger logger, Address exit, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Pool {Pool} to {Exit} cannot be topped up: {Reason}")]
    private static partial void LogNotToppedUp(ILogger logger, ChannelId pool, Address exit, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Pool {Pool}: the exit {Exit} disputes it or contradicted itself; nothing more is signed on it")]
    private static partial void LogDisputed(ILogger logger, ChannelId pool, Address exit);
}
