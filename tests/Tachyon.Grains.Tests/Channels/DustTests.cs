using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Grains.Tests.Providers;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>
/// Anyone can open channels on the contract. What this operator pays gas for is bounded: nothing for channels below the least
/// deposit, nothing for those of strangers, and for each of the others a few transactions.
/// </summary>
public sealed class DustTests : IAsyncLifetime
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(12);
    private static readonly TimeSpan ConfirmTime = TimeSpan.FromHours(5);

    // A channel of 100 MB at this price has just the least deposit.
    private const long PriceOfLeast = 10_000_000_000;

    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;

    private IProviderGrain Provider => _cluster.Grains.Provider(_provider.Address);

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start(
            options => options.LeastDeposit = 1_000_000_000_000, GrainCluster.ChainOptions(challengePeriod: Period));
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task DustThatIsOpened_IsNeitherConfirmedNorDeclinedNorAccepted_AtTheOperatorsCost()
    {
        await Announce();
        Terms dust = Terms(PriceOfLeast - 1);
        ChannelId channel = await _cluster.Open(_consumer, dust);
        var consumer = _cluster.Grains.CreateObjectReference<IAcceptanceObserver>(new RecordingAcceptanceObserver());

        Assert.Equal(RelayRefusal.DepositTooSmall, (await Provider.Confirm(_provider.Confirm(channel, SoonSeconds))).Refusal);
        Assert.Equal(RelayRefusal.DepositTooSmall, (await Provider.Decline(_provider.Decline(channel, SoonSeconds), RelayRefusal.Draining)).Refusal);
        Assert.Equal(RelayRefusal.DepositTooSmall, (await Provider.AskAcceptance(Terms(PriceOfLeast - 1), consumer)).Refusal);
        Assert.Empty((await _cluster.Outbox.View()).Intents);
        Assert.Equal(ProtocolConstants.MaxActiveChannels, (await Provider.View()).FreeSlots);

        // With just as much as is asked for, all of it is done.
        ChannelId enough = await _cluster.Open(_consumer, Terms(PriceOfLeast));
        Assert.Equal(RelayRefusal.None, (await Provider.Confirm(_provider.Confirm(enough, SoonSeconds))).Refusal);
        await _cluster.Reaches(enough, ChannelPhase.Active);
    }

    [Fact]
    public async Task DustThatIsActive_IsNeitherClosedNorWatchedNorSettled_AtTheOperatorsCost()
    {
        await Announce();
        Terms dust = Terms(PriceOfLeast - 1);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, dust);
        await Submit(dust, 9_000_000);

        Assert.Equal(RelayRefusal.DepositTooSmall, (await Channel(channel).RequestClose(_consumer.Close(channel, SoonSeconds))).Refusal);
        Assert.Equal(ClosureRefusal.DepositTooSmall, (await Channel(channel).SubmitClosure(_consumer.Closure(dust, 9_000_000, SoonSeconds))).Refusal);
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(dust, _consumer.Unit(dust, 1, 1_000), null));
        await _cluster.Reaches(channel, ChannelPhase.Closing);
        _cluster.Advance(Period + TimeSpan.FromMinutes(1));
        await LookAt(channel);

        Assert.Empty((await _cluster.Outbox.View()).Intents);
        Assert.Equal(0, await _cluster.Grains.DeadlinesOf(channel).Count());

        // By hand the operator may do what it likes with its gas: first the evidence, then the settlement.
        await Channel(channel).ActNow(claim: false);
        await Shows(channel, 9_000_000);
        await _cluster.Ends($"challenge-consumer:{channel}:9000000");
        await Channel(channel).ActNow(claim: false);
        ChannelView settled = await _cluster.Reaches(channel, ChannelPhase.Settled);
        Assert.Equal(dust.Price(9_000_000), settled.Settlement!.Paid);
    }

    [Fact]
    public async Task TopUpAboveTheLeastDeposit_BringsTheChannelUnderWatch()
    {
        Terms dust = Terms(PriceOfLeast - 1);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, dust);
        await Submit(dust, 9_000_000);
        await _consumer.Send(_cluster.Chain, new ChainCall.Approve(dust.Deposit(dust.CapacityBytes)));
        await _consumer.Send(_cluster.Chain, new ChainCall.TopUp(dust, 2 * dust.CapacityBytes));
        await _cluster.Reaches(channel, view => view.CapacityBytes == 2 * dust.CapacityBytes, "the top-up");

        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(dust, _consumer.Unit(dust, 1, 1_000), null));

        await Shows(channel, 9_000_000);
    }

    [Fact]
    public async Task StrangersChannels_AreLeftToThem_AndThoseOfProvidersThatAnnounceHereAreNot()
    {
        Party stranger = _cluster.NewParty();
        Terms strange = _cluster.NewTerms(_consumer, stranger, pricePerMB: PriceOfLeast);
        ChannelId unconfirmed = await _cluster.Open(_consumer, _cluster.NewTerms(_consumer, stranger, pricePerMB: PriceOfLeast));
        ChannelId closing = await _cluster.OpenActive(_consumer, stranger, strange);
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(strange, _consumer.Unit(strange, 1, 1_000), null));
        await _cluster.Reaches(closing, ChannelPhase.Closing);
        await Announce();
        ChannelId own = await _cluster.Open(_consumer, Terms(PriceOfLeast));

        _cluster.Advance(Period + ConfirmTime);

        await _cluster.Reaches(own, ChannelPhase.Expired);
        await LookAt(unconfirmed);
        await LookAt(closing);
        IntentView[] intents = (await _cluster.Outbox.View()).Intents;
        Assert.All(intents, intent => Assert.Equal((own, IntentKind.WithdrawUnconfirmed), (intent.ChannelId, intent.Kind)));
        Assert.Single(intents, intent => intent.Nonce is not null);
        Assert.Equal(0, await _cluster.Grains.DeadlinesOf(closing).Count());

        // Whoever hands in what it was signed is no stranger any more.
        Assert.Equal(UnitRefusal.None, (await Channel(closing).SubmitUnits(new UnitBatch
        {
            ConsumerUnits = [_consumer.Unit(strange, 2, 9_000_000)],
            ProviderUnits = [],
        })).Refusal);
        ChannelView settled = await _cluster.Reaches(closing, ChannelPhase.Settled);
        Assert.Equal(strange.Price(9_000_000), settled.Settlement!.Paid);
    }

    [Fact]
    public async Task EvidenceInSmallSteps_CostsTheFirstChallengeAndTheLast_AndALargeStepDoesNotWait()
    {
        // Each MB is worth a hundredth of the least deposit; 50 MB half of it.
        Terms terms = _cluster.NewTerms(_consumer, _provider, capacityBytes: 1_000_000_000, pricePerMB: PriceOfLeast);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(terms, _consumer.Unit(terms, 1, 1_000), null));
        ChannelView closing = await _cluster.Reaches(channel, ChannelPhase.Closing);
        await Submit(terms, 1_000_000);
        await Shows(channel, 1_000_000);

        // One step in each span of the schedule, and in the first of them a hundred.
        var schedule = new Tachyon.Grains.Channels.ChallengeSchedule(closing.SettleFromSeconds, 3_600);
        ulong bytes = 1_000_000;
        for (int i = 0; i < 100; i++)
        {
            await Submit(terms, bytes += 100_000);
        }

        ulong leaveSeconds = closing.SettleFromSeconds - 200;
        for (ulong at = schedule.NextSpan(_cluster.Clock.NowSeconds); at < leaveSeconds; at = schedule.NextSpan(at))
        {
            _cluster.Advance(TimeSpan.FromSeconds(at - _cluster.Clock.NowSeconds + 1));
            await Submit(terms, bytes += 1_000_000);
            await LookAt(channel);
        }

        Assert.Equal(1, await CountChallenges());

        // One that is worth it goes at once, though time is left.
        await Submit(terms, bytes = 500_000_000);
        await Shows(channel, bytes);
        await _cluster.Ends($"challenge-consumer:{channel}:{bytes}");
        await Submit(terms, bytes += 1_000_000);
        await LookAt(channel);
        Assert.Equal(2, await CountChallenges());

        // And what is left comes before the end.
        _cluster.Advance(TimeSpan.FromSeconds(closing.SettleFromSeconds - 100 - _cluster.Clock.NowSeconds));
        await Shows(channel, bytes);
        for (int i = 0; i < 20; i++)
        {
            await Submit(terms, bytes + 1_000 + ((ulong)i * 1_000));
        }

        await LookAt(channel);
        Assert.Equal(3, await CountChallenges());
        _cluster.Advance(TimeSpan.FromMinutes(10));
        ChannelView settled = await _cluster.Reaches(channel, ChannelPhase.Settled);
        Assert.InRange(settled.Settlement!.SettledBytes, bytes, bytes + 20_000);
        Assert.InRange(await CountChallenges(), 3, 6);
    }

    private Terms Terms(long pricePerMB) => _cluster.NewTerms(_consumer, _provider, pricePerMB: pricePerMB);

    private IChannelGrain Channel(ChannelId channel) => _cluster.Grains.Channel(channel);

    private async Task Announce()
    {
        var offer = new ProviderOffer { Endpoint = "203.0.113.7:9301", PricePerMB = new TokenAmount(1), ToleranceLimitPpm = 1_000, Slots = 5 };
        Assert.Equal(AnnounceRefusal.None, (await Provider.Announce(offer, null)).Refusal);
    }

    private ulong _index = 1;

    private async Task Submit(Terms terms, ulong consumerBytes)
    {
        SubmitUnitsResult result = await Channel(terms.ChannelId(_cluster.Chain.Domain)).SubmitUnits(
            new UnitBatch { ConsumerUnits = [_consumer.Unit(terms, ++_index, consumerBytes)], ProviderUnits = [] });
        Assert.Equal(UnitRefusal.None, result.Refusal);
    }

    /// <summary>Completes when the channel has done whatever it would do by itself now.</summary>
    private async Task LookAt(ChannelId channel)
    {
        await _cluster.FeedIsQuiet();
        Assert.Equal(ObserveResult.Applied, await Channel(channel).ObserveChain(new ChannelEventBatch { Events = [], UpToBlock = 0 }));
    }

    private Task Shows(ChannelId channel, ulong bytes) => Eventually.TrueAsync(
        async () => (await _cluster.Chain.GetChannelAsync(channel, ReadAt.Latest)).ConsumerBytes == bytes, $"{bytes} bytes on chain");

    private async Task<int> CountChallenges() => (await _cluster.Outbox.View()).Intents.Count(intent => intent.Kind == IntentKind.Challenge && intent.Nonce is not null);
}
