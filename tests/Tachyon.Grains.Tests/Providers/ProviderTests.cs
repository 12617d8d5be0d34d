using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Providers;

/// <summary>Offers, liveness, and the cap of 5.</summary>
public sealed class ProviderTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;

    private IProviderGrain Provider => _cluster.Grains.Provider(_provider.Address);

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    public async Task InitializeAsync()
    {
        // Replacing later than elsewhere, so that a test can let a transaction be overtaken.
        _cluster = await GrainCluster.Start(options => options.OutboxReplaceAfter = TimeSpan.FromSeconds(2));
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Confirm_IsRelayed_AndActivatesTheChannel()
    {
        ChannelId channel = await Open();

        RelayResult result = await Provider.Confirm(_provider.Confirm(channel, SoonSeconds));

        Assert.True(result.Accepted);
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(result.OperationId!)).State);
        await _cluster.Reaches(channel, ChannelPhase.Active);
        ProviderView view = await Eventually.ValueAsync(
            async () => await Provider.View() is { ActiveChannels.Length: 1 } found ? found : null, "the slot to be taken");
        Assert.Equal(4, view.FreeSlots);
    }

    [Fact]
    public async Task ConcurrentConfirms_NeverTakeMoreThanFiveSlots()
    {
        ChannelId[] channels = [.. await Task.WhenAll(Enumerable.Range(0, 9).Select(async _ =>
        {
            // One consumer each: the consumers' own nonces are not what is tested here.
            Party consumer = _cluster.NewParty();
            return await _cluster.Open(consumer, _cluster.NewTerms(consumer, _provider));
        }))];

        RelayResult[] results = await Task.WhenAll(channels.Select(channel => Provider.Confirm(_provider.Confirm(channel, SoonSeconds))));

        Assert.Equal(5, results.Count(result => result.Accepted));
        Assert.All(results.Where(result => !result.Accepted), result => Assert.Equal(RelayRefusal.SlotsFull, result.Refusal));
        foreach (RelayResult relayed in results.Where(result => result.Accepted))
        {
            Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(relayed.OperationId!)).State);
        }

        Assert.Equal(5, await _cluster.Chain.CountActiveChannelsAsync(_provider.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task PromisedSlots_SurviveTheDeathOfEverySilo()
    {
        ChannelId[] channels = [await Open(), await Open(), await Open(), await Open(), await Open(), await Open()];
        _cluster.Chain.Automine = false;
        foreach (ChannelId channel in channels[..5])
        {
            Assert.True((await Provider.Confirm(_provider.Confirm(channel, SoonSeconds))).Accepted);
        }

        await _cluster.KillAllSilos();

        RelayResult sixth = await Eventually.ValueAsync(
            () => GrainCluster.Patiently<RelayResult>(async () => await Provider.Confirm(_provider.Confirm(channels[5], SoonSeconds))), "an answer");
        Assert.Equal(RelayRefusal.SlotsFull, sixth.Refusal);
    }

    [Fact]
    public async Task Confirm_AskedForTwice_IsRelayedOnce()
    {
        ChannelId channel = await Open();
        SignedPermission confirm = _provider.Confirm(channel, SoonSeconds);

        RelayResult[] results = await Task.WhenAll(Provider.Confirm(confirm), Provider.Confirm(confirm));
        RelayResult later = await Provider.Confirm(_provider.Confirm(channel, SoonSeconds + 60));

        Assert.All(results, result => Assert.True(result.Accepted || result.Refusal == RelayRefusal.WrongPhase));
        Assert.True(later.OperationId == results[0].OperationId || later.Refusal == RelayRefusal.WrongPhase);
        await _cluster.Reaches(channel, ChannelPhase.Active);
        Assert.Single((await _cluster.Outbox.View()).Intents);
    }

    [Fact]
    public async Task ConfirmThatWasLostOnItsWayToTheOutbox_CanBeAskedForAgain()
    {
        ChannelId channel = await Open();
        _cluster.Faults.FailBeforeWriting("outbox");
        await Assert.ThrowsAnyAsync<Exception>(() => Provider.Confirm(_provider.Confirm(channel, SoonSeconds)));

        RelayResult again = await Provider.Confirm(_provider.Confirm(channel, SoonSeconds + 60));

        Assert.True(again.Accepted);
        await _cluster.Reaches(channel, ChannelPhase.Active);
        Assert.Equal(4, (await Provider.View()).FreeSlots);
    }

    [Fact]
    public async Task ConfirmRefusedByTheContract_FreesItsSlot()
    {
        ChannelId channel = await Open();
        Terms terms = (await _cluster.Grains.Channel(channel).View())!.Terms;

        // The confirm is sent and waits; gas gets dearer, so that the provider's own decline overtakes it.
        _cluster.Chain.Automine = false;
        RelayResult relayed = await Provider.Confirm(_provider.Confirm(channel, SoonSeconds));
        Assert.Equal(4, (await Provider.View()).FreeSlots);
        await Eventually.TrueAsync(
            async () => await _cluster.Outbox.Find(relayed.OperationId!) is { State: IntentState.Sent }, "the confirm to wait at the node");
        _cluster.Chain.BaseFee *= 10;
        await _provider.Send(_cluster.Chain, new ChainCall.Decline(terms));
        _cluster.Chain.Mine();
        _cluster.Chain.Automine = true;

        IntentView ended = await _cluster.Ends(relayed.OperationId!);

        Assert.Equal(IntentState.Refused, ended.State);
        Assert.Equal("WrongStatus", ended.Refusal!.Error);
        await Eventually.TrueAsync(async () => (await Provider.View()).FreeSlots == 5, "the slot to be free");
    }

    [Fact]
    public async Task ConfirmsThatTheProvidersLimitsForbid_AreRefused_EachForItsReason()
    {
        await Provider.Announce(Offer() with
        {
            PricePerMB = new TokenAmount(2_000_000),
            ToleranceLimitPpm = 500,
            MaxCapacityBytes = 50_000_000,
        }, observer: null);

        Assert.Equal(RelayRefusal.PriceBelowFloor, await RefusalOf(_cluster.NewTerms(_consumer, _provider)));
        Assert.Equal(RelayRefusal.ToleranceAboveLimit, await RefusalOf(_cluster.NewTerms(_consumer, _provider, pricePerMB: 2_000_000)));
        Assert.Equal(
            RelayRefusal.CapacityOutsideOffer,
            await RefusalOf(_cluster.NewTerms(_consumer, _provider, pricePerMB: 2_000_000, tolerancePpm: 500)));

        await Provider.Drain(true);
        Assert.Equal(RelayRefusal.Draining, await RefusalOf(_cluster.NewTerms(_consumer, _provider)));
    }

    [Fact]
    public async Task ConfirmsThatAreNotTheProvidersOwn_AreRefused()
    {
        ChannelId channel = await Open();

        Assert.Equal(RelayRefusal.WrongSigner, (await Provider.Confirm(_consumer.Confirm(channel, SoonSeconds))).Refusal);
        Assert.Equal(RelayRefusal.Expired, (await Provider.Confirm(_provider.Confirm(channel, 1))).Refusal);
        Assert.Equal(RelayRefusal.TooFarAhead, (await Provider.Confirm(_provider.Confirm(channel, SoonSeconds + 100_000))).Refusal);
        Assert.Equal(
            RelayRefusal.OtherChannel,
            (await _cluster.Grains.Provider(_consumer.Address).Confirm(_consumer.Confirm(channel, SoonSeconds))).Refusal);
        ChannelId unknown = _cluster.NewTerms(_consumer, _provider).ChannelId(_cluster.Chain.Domain);
        Assert.Equal(RelayRefusal.UnknownChannel, (await Provider.Confirm(_provider.Confirm(unknown, SoonSeconds))).Refusal);
    }

    [Fact]
    public async Task Decline_IsRelayed_AndReturnsTheDeposit()
    {
        ChannelId channel = await Open();

        RelayResult result = await Provider.Decline(_provider.Decline(channel, SoonSeconds), RelayRefusal.PriceBelowFloor);

        Assert.True(result.Accepted);
        await _cluster.Reaches(channel, ChannelPhase.Declined);
    }

    [Fact]
    public async Task SettledChannel_FreesItsSlot()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        await Eventually.TrueAsync(async () => (await Provider.View()).FreeSlots == 4, "the slot to be taken");
        ulong validUntil = SoonSeconds;

        await _cluster.Grains.Channel(channel).SubmitClosure(_consumer.Closure(terms, 1_000, validUntil));
        await _cluster.Grains.Channel(channel).SubmitClosure(_provider.Closure(terms, 1_000, validUntil));

        await Eventually.TrueAsync(async () => (await Provider.View()).FreeSlots == 5, "the slot to be free");
    }

    [Fact]
    public async Task OpenedChannel_IsPushedToTheProvider_WithAdvice_AlsoWhenItComesLater()
    {
        await Open();
        var observer = new RecordingProviderObserver();
        IProviderObserver reference = _cluster.Grains.CreateObjectReference<IProviderObserver>(observer);

        await Provider.Announce(Offer() with { PricePerMB = new TokenAmount(2_000_000) }, reference);

        (ChannelView view, RelayRefusal advice) = await Eventually.ValueAsync(
            () => Task.FromResult(observer.Offered.IsEmpty ? null : Tuple.Create(observer.Offered.First().View, observer.Offered.First().Advice)), "the push");
        Assert.Equal(ChannelPhase.Opened, view.Phase);
        Assert.Equal(RelayRefusal.PriceBelowFloor, advice);
    }

    [Fact]
    public async Task Liveness_Expires_AndAHeartbeatRenewsIt_AlsoAfterAFailOver()
    {
        Assert.Equal(AnnounceRefusal.NothingAnnounced, (await Provider.Heartbeat(observer: null)).Refusal);
        Assert.Equal(AnnounceRefusal.None, (await Provider.Announce(Offer(), observer: null)).Refusal);
        Assert.Single(await Match());

        _cluster.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await Match());
        Assert.False((await Provider.View()).Live);

        await _cluster.KillAllSilos();
        await Eventually.TrueAsync(
            async () => await GrainCluster.Patiently<AnnounceResult>(async () => await Provider.Heartbeat(observer: null)) is { Refusal: AnnounceRefusal.None },
            "the heartbeat to be taken");
        Assert.Single(await Match());
    }

    [Fact]
    public async Task DrainingAndLeavingProviders_AreNotMatched()
    {
        await Provider.Announce(Offer(), observer: null);
        await Provider.Drain(true);
        Assert.Empty(await Match());

        await Provider.Announce(Offer(), observer: null);
        Assert.Empty(await Match());
        await Provider.Drain(false);
        Assert.Single(await Match());

        await Provider.Leave();
        Assert.Empty(await Match());
    }

    [Fact]
    public async Task SenselessOffers_AreRefused_EachForItsReason()
    {
        Assert.Equal(AnnounceRefusal.BadEndpoint, await AnnounceRefusalOf(Offer() with { Endpoint = "no port" }));
        Assert.Equal(AnnounceRefusal.BadEndpoint, await AnnounceRefusalOf(Offer() with { Endpoint = "host:70000" }));
        Assert.Equal(AnnounceRefusal.BadEndpoint, await AnnounceRefusalOf(Offer() with { Endpoint = "2001:db8::7:443" }));
        Assert.Equal(AnnounceRefusal.BadPrice, await AnnounceRefusalOf(Offer() with { PricePerMB = default }));
        Assert.Equal(AnnounceRefusal.BadTolerance, await AnnounceRefusalOf(Offer() with { ToleranceLimitPpm = 1_000_001 }));
        Assert.Equal(AnnounceRefusal.BadCapacity, await AnnounceRefusalOf(Offer() with { MinCapacityBytes = 2, MaxCapacityBytes = 1 }));
        Assert.Equal(AnnounceRefusal.BadSlots, await AnnounceRefusalOf(Offer() with { Slots = 6 }));
        Assert.Equal(AnnounceRefusal.None, await AnnounceRefusalOf(Offer() with { Endpoint = "[2001:db8::7]:443" }));
    }

    internal static ProviderOffer Offer() => new()
    {
        Endpoint = "provider.example:9301",
        PricePerMB = new TokenAmount(1_000_000),
        ToleranceLimitPpm = 10_000,
        Slots = 5,
    };

    private Task<ChannelId> Open() => _cluster.Open(_consumer, _cluster.NewTerms(_consumer, _provider));

    private async Task<RelayRefusal> RefusalOf(Terms terms)
    {
        ChannelId channel = await _cluster.Open(_consumer, terms);
        return (await Provider.Confirm(_provider.Confirm(channel, SoonSeconds))).Refusal;
    }

    private async Task<AnnounceRefusal> AnnounceRefusalOf(ProviderOffer offer) => (await Provider.Announce(offer, observer: null)).Refusal;

    private Task<DirectoryEntry[]> Match() =>
        _cluster.Grains.FindClosestProviders(new DirectoryQuery { Target = _consumer.Address, Count = 3, Excluded = [_consumer.Address] });
}
