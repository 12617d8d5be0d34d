using Tachyon.Chain;
using Tachyon.Chain.Simulation;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Providers;

/// <summary>Opening straight to active: a slot is promised before anyone signs, and for as long as the signature can be used.</summary>
public sealed class AcceptanceTests : IAsyncLifetime
{
    private readonly RecordingProviderObserver _edge = new();
    private readonly RecordingAcceptanceObserver _told = new();
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;
    private IProviderObserver _edgeReference = null!;
    private IAcceptanceObserver _toldReference = null!;

    private IProviderGrain Provider => _cluster.Grains.Provider(_provider.Address);

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start();
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
        _edgeReference = _cluster.Grains.CreateObjectReference<IProviderObserver>(_edge);
        _toldReference = _cluster.Grains.CreateObjectReference<IAcceptanceObserver>(_told);
        await Announce();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task AcceptedTerms_OpenStraightToActive_AndTheSlotIsTheOneThatWasPromised()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        AcceptanceAnswer answer = await Accepted(terms);
        Assert.Equal(4, (await Provider.View()).FreeSlots);
        Assert.Single((await Provider.View()).AcceptedChannels);

        await OpenAccepted(_consumer, terms, answer);

        ChannelId channel = terms.ChannelId(_cluster.Chain.Domain);
        await _cluster.Reaches(channel, ChannelPhase.Active);
        await Eventually.TrueAsync(async () => (await Provider.View()).ActiveChannels.Contains(channel), "the slot to be taken");
        ProviderView view = await Provider.View();
        Assert.Equal(4, view.FreeSlots);
        Assert.Empty(view.AcceptedChannels);
    }

    [Fact]
    public async Task PromisedSlot_OutlivesEverySilo_AndIsFreeOnlyWhenAFinalBlockIsPastTheExpiry()
    {
        await using GrainCluster cluster = await GrainCluster.Start(chain: GrainCluster.ChainOptions(finalityDepth: 3));
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        IProviderGrain grain = cluster.Grains.Provider(provider.Address);
        await grain.Announce(ProviderTests.Offer() with { Slots = 2 }, observer: null);
        Terms terms = cluster.NewTerms(consumer, provider);
        Assert.Equal(RelayRefusal.None, (await grain.AskAcceptance(terms, cluster.Grains.CreateObjectReference<IAcceptanceObserver>(_told))).Refusal);

        await cluster.KillAllSilos();
        ProviderView restarted = await Eventually.ValueAsync(() => GrainCluster.Patiently<ProviderView>(async () => await grain.View()), "the provider to be back");
        Assert.Equal(1, restarted.FreeSlots);

        // The clock is past the expiry, and so is the newest block; the final one is not, and could still be followed by one in time.
        cluster.Advance(TimeSpan.FromMinutes(6));
        cluster.Chain.Mine(1);
        await grain.Heartbeat(observer: null);
        Assert.Equal(1, (await grain.View()).FreeSlots);

        cluster.Chain.Mine(4);
        await grain.Heartbeat(observer: null);
        Assert.Equal(2, (await grain.View()).FreeSlots);
    }

    [Fact]
    public async Task AcceptanceUsedUnseenBeforeItsExpiry_KeepsItsSlot()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        AcceptanceAnswer answer = await Accepted(terms);
        await OpenAccepted(_consumer, terms, answer);

        _cluster.Advance(TimeSpan.FromMinutes(6));
        _cluster.Chain.Mine(1);
        await Announce();

        Assert.Equal(4, (await Provider.View()).FreeSlots);
    }

    [Fact]
    public async Task Asking_NeverTakesMoreThanTwoSlots_NorTwoForOneConsumer()
    {
        Party other = _cluster.NewParty();
        Party third = _cluster.NewParty();
        Assert.Equal(RelayRefusal.None, await Ask(_cluster.NewTerms(_consumer, _provider)));
        Assert.Equal(RelayRefusal.TooManyAcceptances, await Ask(_cluster.NewTerms(_consumer, _provider)));
        Assert.Equal(RelayRefusal.None, await Ask(_cluster.NewTerms(other, _provider)));
        Assert.Equal(RelayRefusal.TooManyAcceptances, await Ask(_cluster.NewTerms(third, _provider)));

        // Whoever opens with a deposit still finds the other three.
        ProviderView view = await Provider.View();
        Assert.Equal(3, view.FreeSlots);
    }

    [Fact]
    public async Task Asking_NeverTakesTheLastSlot()
    {
        await Provider.Announce(ProviderTests.Offer() with { Slots = 1 }, _edgeReference);

        Assert.Equal(RelayRefusal.TooManyAcceptances, await Ask(_cluster.NewTerms(_consumer, _provider)));
        ChannelId channel = await _cluster.Open(_consumer, _cluster.NewTerms(_consumer, _provider));
        Assert.True((await Provider.Confirm(_provider.Confirm(channel, _cluster.Clock.NowSeconds + 600))).Accepted);
    }

    [Fact]
    public async Task Asking_IsRefused_EachForItsReason()
    {
        Assert.Equal(RelayRefusal.PriceBelowFloor, await Ask(_cluster.NewTerms(_consumer, _provider, pricePerMB: 1)));
        Assert.Equal(RelayRefusal.ToleranceAboveLimit, await Ask(_cluster.NewTerms(_consumer, _provider, tolerancePpm: 20_000)));
        Assert.Equal(RelayRefusal.OtherChannel, await Ask(_cluster.NewTerms(_consumer, _consumer)));
        Assert.Equal(RelayRefusal.OtherChannel, await Ask(_cluster.NewTerms(_consumer, _provider) with { Kind = ChannelKind.Lock }));
        Terms opened = _cluster.NewTerms(_consumer, _provider);
        await _cluster.Open(_consumer, opened);
        Assert.Equal(RelayRefusal.WrongPhase, await Ask(opened));

        await Provider.Drain(true);
        Assert.Equal(RelayRefusal.Draining, await Ask(_cluster.NewTerms(_consumer, _provider)));
        await Provider.Drain(false);
        await Provider.Leave();
        Assert.Equal(RelayRefusal.ProviderAway, await Ask(_cluster.NewTerms(_consumer, _provider)));
    }

    [Fact]
    public async Task RefusalOfTheProvidersEdge_FreesTheSlot_AndReachesTheConsumer()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        Assert.Equal(RelayRefusal.None, await Ask(terms));
        (Terms _, ulong expiry) = await Asked(terms);

        await Provider.AnswerAcceptance(new AcceptanceAnswer
        {
            ChannelId = terms.ChannelId(_cluster.Chain.Domain), ExpirySeconds = expiry, Refusal = RelayRefusal.MonthlyCapReached,
        });

        AcceptanceAnswer told = await Told();
        Assert.Equal(RelayRefusal.MonthlyCapReached, told.Refusal);
        Assert.Equal(5, (await Provider.View()).FreeSlots);
    }

    [Fact]
    public async Task RefusalOfTermsThatWereAcceptedBefore_KeepsTheSlot()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        await Accepted(terms);

        // The consumer asks again and the edge changes its mind, but the first signature is out.
        Assert.Equal(RelayRefusal.None, await Ask(terms));
        ChannelId channel = terms.ChannelId(_cluster.Chain.Domain);
        await Provider.AnswerAcceptance(new AcceptanceAnswer { ChannelId = channel, ExpirySeconds = _edge.Asked.Last().ExpirySeconds, Refusal = RelayRefusal.Draining });

        Assert.Contains(channel, (await Provider.View()).AcceptedChannels);
    }

    [Fact]
    public async Task SignaturesThatAreNoAcceptance_DoNotReachTheConsumer()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = terms.ChannelId(_cluster.Chain.Domain);
        Assert.Equal(RelayRefusal.UnknownChannel, await Provider.AnswerAcceptance(_provider.Accept(channel, 1)));
        Assert.Equal(RelayRefusal.None, await Ask(terms));
        (Terms _, ulong expiry) = await Asked(terms);

        Assert.Equal(RelayRefusal.WrongSigner, await Provider.AnswerAcceptance(_consumer.Accept(channel, expiry)));
        Assert.Equal(RelayRefusal.Expired, await Provider.AnswerAcceptance(_provider.Accept(channel, expiry + 1)));

        Assert.Empty(_told.Answers);
    }

    [Fact]
    public async Task StorageThatFails_LetsNobodyBeAskedToSign()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        _cluster.Faults.FailBeforeWriting("provider");

        await Assert.ThrowsAnyAsync<Exception>(() => Ask(terms));

        Assert.Empty(_edge.Asked);
        Assert.Equal(5, (await Provider.View()).FreeSlots);
    }

    private Task<AnnounceResult> Announce() => Provider.Announce(ProviderTests.Offer(), _edgeReference);

    private async Task<RelayRefusal> Ask(Terms terms) => (await Provider.AskAcceptance(terms, _toldReference)).Refusal;

    private Task<Tuple<Terms, ulong>> AskedOf(Terms terms) => Eventually.ValueAsync(
        () => Task.FromResult(_edge.Asked.Where(asked => asked.Terms == terms).Select(asked => Tuple.Create(asked.Terms, asked.ExpirySeconds)).LastOrDefault()),
        "the provider's edge to be asked");

    private async Task<(Terms Terms, ulong ExpirySeconds)> Asked(Terms terms) => (await AskedOf(terms)).ToValueTuple();

    private Task<AcceptanceAnswer> Told() => Eventually.ValueAsync(() => Task.FromResult(_told.Answers.LastOrDefault()), "the consumer to be told");

    private async Task<AcceptanceAnswer> Accepted(Terms terms)
    {
        Assert.Equal(RelayRefusal.None, await Ask(terms));
        (Terms _, ulong expiry) = await Asked(terms);
        Assert.Equal(RelayRefusal.None, await Provider.AnswerAcceptance(_provider.Accept(terms.ChannelId(_cluster.Chain.Domain), expiry)));
        return await Told();
    }

    private async Task OpenAccepted(Party consumer, Terms terms, AcceptanceAnswer answer)
    {
        await consumer.Send(_cluster.Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await consumer.Send(_cluster.Chain, new ChainCall.OpenAccepted(terms, answer.ExpirySeconds, answer.Signature!.Value));
        Assert.Equal(ChannelStatus.Active, (await _cluster.Chain.GetChannelAsync(terms.ChannelId(_cluster.Chain.Domain), ReadAt.Latest)).Status);
    }
}
