using Microsoft.Extensions.Options;
using Tachyon.Chain;
using Tachyon.Grains.Blacklist;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Feed;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Observers;

namespace Tachyon.Grains.Providers;

/// <inheritdoc cref="IProviderGrain" />
/// <remarks>
/// Calls take turns, so two confirms never see the same free slot. Only what channels tell interleaves, since a channel waits
/// until it is heard: so whatever a call has seen of a slot is looked at again after it has waited. A channel that is waiting
/// for this grain can still answer <see cref="IChannelGrain.View"/>, and the outbox every call, so there are no call cycles.
/// </remarks>
internal sealed partial class ProviderGrain : Grain, IProviderGrain
{
    /// <summary>The name of its record in the storage.</summary>
    internal const string StateName = "provider";

    private readonly IPersistentState<ProviderRecord> _storage;
    private readonly Address _provider;
    private readonly ISettlementChain _chain;
    private readonly Address _account;
    private readonly FeedWaker _feed;
    private readonly SignatureVerifier _verifier;
    private readonly OperatorBlacklist _blacklist;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly ObserverSet<IProviderObserver> _observers;
    private DurableRecord<ProviderRecord> _record = null!;
    private ulong _liveUntilMs;
    private ulong _source;

    /// <summary>Made by the runtime.</summary>
    public ProviderGrain(
        IGrainContext context,
        [PersistentState(StateName, GrainsOptions.StorageName)] IPersistentState<ProviderRecord> storage,
        ISettlementChain chain,
        IAccountSigner account,
        SignatureVerifier verifier,
        FeedWaker feed,
        OperatorBlacklist blacklist,
        IOptions<GrainsOptions> options,
        GrainClock clock)
    {
        _provider = Address.Parse(context.GrainId.Key.ToString()!);
        _storage = storage;
        _chain = chain;
        _account = account.Address;
        _verifier = verifier;
        _feed = feed;
        _blacklist = blacklist;
        _options = options.Value;
        _clock = clock;
        _observers = new ObserverSet<IProviderObserver>(clock);
    }

    private TokenAmount LeastDeposit => new(_options.LeastDeposit);

    private ulong NowMs => _clock.NowMs;

    private ulong NowSeconds => _clock.NowSeconds;

    private bool IsLive => NowMs < _liveUntilMs;

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new DurableRecord<ProviderRecord>(_storage, DeactivateOnIdle);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<AnnounceResult> Announce(ProviderOffer offer, IProviderObserver? observer, ulong source)
    {
        AnnounceRefusal refusal = OfferRules.Check(offer);
        if (refusal != AnnounceRefusal.None)
        {
            return new AnnounceResult { Refusal = refusal };
        }

        if (_record.Newest.Offer != offer)
        {
            await _record.SaveAsync(Newest with { Offer = offer });
        }

        return await Alive(observer, source);
    }

    /// <inheritdoc />
    public Task<AnnounceResult> Heartbeat(IProviderObserver? observer, ulong source) => _record.Durable.Offer is null
        ? Task.FromResult(new AnnounceResult { Refusal = AnnounceRefusal.NothingAnnounced })
        : Alive(observer, source);

    /// <inheritdoc />
    public async Task Leave()
    {
        _liveUntilMs = 0;
        _observers.Clear();
        await UpdateDirectory();
    }

    /// <inheritdoc />
    public async Task Drain(bool draining)
    {
        if (_record.Newest.Draining != draining)
        {
            await _record.SaveAsync(Newest with { Draining = draining });
        }

        await UpdateDirectory();
    }

    /// <inheritdoc />
    public async Task<bool> AskClose(ChannelId channel)
    {
        if (!IsLive || _observers.IsEmpty)
        {
            LetGoIfUnknown();
            return false;
        }

        await _observers.Push(observer => observer.CloseAsked(channel));
        return true;
    }

    /// <inheritdoc />
    public Task<ProviderView> View()
    {
        LetGoIfUnknown();

        // What has come to an end by now counts in the answer, though nobody has written it down yet.
        ProviderRecord record = ProviderUsage.Roll(Durable, ProviderUsage.MonthOf(_clock.UtcNow));
        return Task.FromResult(new ProviderView
        {
            Provider = _provider,
            Offer = record.Offer,
            Live = IsLive,
            Draining = record.Draining,
            ActiveChannels = With(SlotState.Taken),
            ReservedChannels = With(SlotState.Reserved),
            AcceptedChannels = With(SlotState.Accepted),
            FreeSlots = ProviderSlots.Free(record),
            MonthBytesUsed = ProviderUsage.MonthBytes(record),
            MonthBytesLeft = ProviderUsage.MonthBytesLeft(record),
        });

        ChannelId[] With(SlotState slot) => [.. record.Channels.Where(channel => channel.Slot == slot).Select(channel => channel.ChannelId)];
    }

    /// <summary>Anyone can ask about any address: one that nothing is known of keeps no memory.</summary>
    private void LetGoIfUnknown()
    {
        if (_record.Newest is { Offer: null, Channels.Length: 0 })
        {
            DeactivateOnIdle();
        }
    }

    private async Task<AnnounceResult> Alive(IProviderObserver? observer, ulong source)
    {
        _source = source;
        await LearnUsage();
        await FreeExpiredAcceptances();
        _liveUntilMs = NowMs + (ulong)_options.ProviderLiveness.TotalMilliseconds;
        if (!await UpdateDirectory())
        {
            return new AnnounceResult { Refusal = AnnounceRefusal.DirectoryFull };
        }

        if (observer is not null && _observers.Renew(observer))
        {
            await OfferAgain(observer);
        }

        ProviderRecord record = Durable;
        return new AnnounceResult
        {
            Refusal = AnnounceRefusal.None,
            LiveUntilMs = _liveUntilMs,
            FreeSlots = ProviderSlots.Free(record),
            Draining = record.Draining,
            MonthBytesLeft = ProviderUsage.MonthBytesLeft(record),
        };
    }

    /// <summary>The directory lists exactly the providers that are alive and may take a channel. False when it is full.</summary>
    private async Task<bool> UpdateDirectory()
    {
        ProviderRecord record = Durable;
        IDirectoryGrain shard = GrainFactory.DirectoryShardOf(_provider);
        if (record.Offer is { } offer && IsLive && !record.Draining
            && ProviderUsage.LargestCapacityBytes(record) is var largestBytes
            && largestBytes >= Math.Max(offer.MinCapacityBytes, ProtocolConstants.BytesPerKB))
        {
            return await shard.Register(new DirectoryEntry
            {
                Provider = _provider,
                Offer = offer with { MaxCapacityBytes = largestBytes },
                FreeSlots = ProviderSlots.Free(record),
                LiveUntilMs = _liveUntilMs,
                Source = _source,
                Established = ProviderSlots.HasChannelOnChain(record) || ProviderUsage.MonthBytes(record) > 0,
            });
        }

        await shard.Remove(_provider);
        return true;
    }
}
