using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Tachyon.Chain;
using Tachyon.Grains.Activity;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Feed;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Observers;
using Tachyon.Grains.Proxies;
using Tachyon.Grains.Settlement;

namespace Tachyon.Grains.Channels;

/// <inheritdoc cref="IChannelGrain" />
/// <remarks>
/// Units interleave, everything else takes turns. What makes that safe: each command decides on the newest record and
/// hands its successor to the write loop without awaiting in between (see <see cref="DurableRecord{T}"/>), and whatever
/// has to happen on chain is derived from the durable record, so doing it twice is doing it once.
/// </remarks>
internal sealed partial class ChannelGrain : Grain, IChannelGrain
{
    /// <summary>The name of its record in the storage.</summary>
    internal const string StateName = "channel";

    private static readonly TimeSpan LeaveAfter = TimeSpan.FromSeconds(1);

    private readonly StoredRecord<ChannelRecord> _storage;
    private readonly ChannelId _id;
    private readonly ISettlementChain _chain;
    private readonly Address _account;
    private readonly SignatureVerifier _verifier;
    private readonly ClaimWorth _claimWorth;
    private readonly ChannelTally _tally;
    private readonly ProxyAccount _proxy;
    private readonly ulong _routeStepBytes;
    private readonly TimeSpan _proxyIdleAge;
    private readonly TimeSpan _challengeMargin;
    private readonly TokenAmount _leastDeposit;
    private readonly GrainClock _clock;
    private readonly FeedWaker _feed;
    private readonly ILogger<ChannelGrain> _logger;
    private readonly UnitCheck _unitCheck;
    private readonly ContradictionCheck _contradictionCheck;

    // Made on activation: the constructor runs before the record has been read.
    private DurableRecord<ChannelRecord> _record = null!;
    private LatestFirst<ChannelRecord> _unitTurns = null!;

    // Most channels have no observer at a time, and there may be a million of them.
    private ObserverSet<IChannelObserver>? _observers;
    private IGrainTimer? _leaving;

    /// <summary>Made by the runtime.</summary>
    public ChannelGrain(
        IGrainContext context,
        IServiceProvider services,
        ISettlementChain chain,
        IAccountSigner account,
        SignatureVerifier verifier,
        ClaimWorth claimWorth,
        ProxyAccount proxy,
        IOptions<GrainsOptions> options,
        GrainClock clock,
        FeedWaker feed,
        ILogger<ChannelGrain> logger)
    {
        _id = ChannelId.Parse(context.GrainId.Key.ToString()!);

        // Read and written by the grain itself: a channel is written for every pair of units, and a persistent state of the
        // runtime's costs another turn and several objects each time, and some for each activation.
        var storage = services.GetRequiredKeyedService<IGrainStorage>(GrainsOptions.StorageName);
        _storage = new StoredRecord<ChannelRecord>(storage, StateName, context.GrainId);
        _chain = chain;
        _account = account.Address;
        _verifier = verifier;
        _claimWorth = claimWorth;
        _tally = services.GetRequiredService<ChannelTally>();
        _proxy = proxy;
        _routeStepBytes = options.Value.ProxyRouteStepBytes;
        _proxyIdleAge = options.Value.ProxyIdleAge;
        _challengeMargin = options.Value.ChallengeMargin;
        _leastDeposit = new TokenAmount(options.Value.LeastDeposit);
        _clock = clock;
        _feed = feed;
        _logger = logger;
        _unitCheck = new UnitCheck(verifier, chain.Domain);
        _contradictionCheck = new ContradictionCheck(verifier, chain.Domain);
    }

    /// <summary>Where units count, a party has shown itself.</summary>
    private PlanLimits Limits => new(
        _claimWorth.Least, _challengeMargin, _leastDeposit, IsPartyKnown: true, _record.Newest.Terms is { } terms && _proxy.IsOwnPool(terms));

    private ulong NowSeconds => _clock.NowSeconds;

    private ulong NowMs => _clock.NowMs;

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _storage.ReadStateAsync();
        _record = new DurableRecord<ChannelRecord>(_storage, DeactivateOnIdle);
        _unitTurns = new LatestFirst<ChannelRecord>(_record);
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public Task<ChannelView?> View()
    {
        LetGoIfUnknown();
        return Task.FromResult(ChannelFigures.View(_id, _record.Durable));
    }

    /// <inheritdoc />
    public Task<ChannelEvidence> Evidence()
    {
        LetGoIfUnknown();
        return Task.FromResult(_record.Durable.Evidence);
    }

    /// <inheritdoc />
    public Task Subscribe(IChannelObserver observer)
    {
        _observers ??= new ObserverSet<IChannelObserver>(_clock);
        _observers.Renew(observer);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task Unsubscribe(IChannelObserver observer)
    {
        _observers?.Remove(observer);
        LetGoIfUnknown();
        return Task.CompletedTask;
    }

    private Task Push(Func<IChannelObserver, Task> notification) => _observers?.Push(notification) ?? Task.CompletedTask;

    /// <summary>The edge knows a channel that this silo does not: perhaps the feed just has not looked yet.</summary>
    private void AskFeedToLook()
    {
        LetGoIfUnknown();
        _feed.Wake();
    }

    /// <summary>
    /// Anyone can name channels that do not exist, by the million. So an activation that keeps nothing, and nobody watches,
    /// ends soon after the call that it was made for.
    /// </summary>
    private void LetGoIfUnknown()
    {
        if (_record.Newest.IsEmpty)
        {
            LetGo();
        }
    }

    /// <summary>
    /// The same for a channel that is over, when it is the chain that spoke of it: a silo that reads a chain from its
    /// beginning hears of all the channels there ever were, and of most for the last time.
    /// </summary>
    private void LetGoIfOver()
    {
        if (_record.Newest.IsEmpty || ChannelLifecycle.IsOver(_record.Newest.Phase))
        {
            LetGo();
        }
    }

    /// <summary>
    /// Not at once: each of a burst of calls would find an activation that is ending, and be sent on from one to the next until
    /// the runtime gives it up.
    /// </summary>
    private void LetGo() => _leaving ??= this.RegisterGrainTimer(
        static (grain, _) => grain.Leave(), this, new GrainTimerCreationOptions(LeaveAfter, Timeout.InfiniteTimeSpan) { Interleave = true });

    private Task Leave()
    {
        _leaving!.Dispose();
        _leaving = null;
        if (_observers is null or { IsEmpty: true } && (_record.Newest.IsEmpty || ChannelLifecycle.IsOver(_record.Newest.Phase)))
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }
}
