using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Providers;

/// <summary>What a provider set as its limit holds: slots whatever dies in between, bytes over restarts and months, a drain until it is ended.</summary>
public sealed class ProviderCapTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;

    private IProviderGrain Provider => _cluster.Grains.Provider(_provider.Address);

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start();
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ManyConfirmsAtOnce_WhileSilosDie_TakeFiveSlots_AndNoneIsRefusedByTheContract()
    {
        ChannelId[] channels = [.. await Task.WhenAll(Enumerable.Range(0, 14).Select(async _ =>
        {
            Party consumer = _cluster.NewParty();
            return await _cluster.Open(consumer, _cluster.NewTerms(consumer, _provider));
        }))];
        ulong validUntil = SoonSeconds;
        Task<RelayResult>[] confirming = [.. channels.Select(channel => Task.Run(() => Eventually.ValueAsync(
            () => GrainCluster.Patiently<RelayResult>(async () => await Provider.Confirm(_provider.Confirm(channel, validUntil))), $"an answer for {channel}")))];

        await _cluster.KillAllSilos();
        RelayResult[] first = await Task.WhenAll(confirming);

        // A caller whose answer died with a silo asks again; so does every edge when it connects again.
        RelayResult[] again = await Task.WhenAll(channels.Select(channel => Eventually.ValueAsync(
            () => GrainCluster.Patiently<RelayResult>(async () => await Provider.Confirm(_provider.Confirm(channel, validUntil))), $"an answer for {channel}")));
        string[] operations = [.. first.Concat(again).Where(result => result.Accepted).Select(result => result.OperationId!).Distinct()];

        // At most: the answer that a silo took with it may be of a confirm that is on chain by now, and is not taken again.
        Assert.InRange(operations.Length, 1, 5);
        foreach (string operation in operations)
        {
            Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(operation)).State);
        }

        await Eventually.TrueAsync(
            async () => await _cluster.Chain.CountActiveChannelsAsync(_provider.Address, ReadAt.Latest) == 5,
            "all five slots to be taken on chain");
        Assert.Equal(0, (await Provider.View()).FreeSlots);
    }

    [Fact]
    public async Task ProviderThatWaitsForTheOutbox_StillHearsItsChannels_AndKeepsWhatTheyTold()
    {
        ChannelId mine = await _cluster.Open(_consumer, _cluster.NewTerms(_consumer, _provider));
        ChannelView opened = (await _cluster.Grains.Channel(mine).View())!;
        Task<RelayResult> confirming;
        using (_cluster.Faults.HoldWrites("outbox"))
        {
            confirming = Provider.Confirm(_provider.Confirm(mine, SoonSeconds));
            await Eventually.TrueAsync(() => Task.FromResult(_cluster.Faults.Writes("outbox") > 0), "the confirm to reach the outbox");

            // A channel waits for this call; were it to wait for the confirm, a channel that the confirm asks would wait for both.
            await Provider.ChannelChanged(opened with { Phase = ChannelPhase.Active });
            Assert.False(confirming.IsCompleted);
        }

        RelayResult confirmed = await confirming;
        Assert.True(confirmed.Accepted);
        await _cluster.Reaches(mine, ChannelPhase.Active);
        await Eventually.TrueAsync(async () => (await Provider.View()).ActiveChannels is [var only] && only == mine, "the channel's slot to be taken");
    }

    [Fact]
    public async Task MonthlyCap_CountsWhatChannelsServed_OverRestarts_AndBeginsAnewWithTheMonth()
    {
        AdvanceToMiddayOfTheFirst();
        await Provider.Announce(Offer(monthlyCapBytes: 20_000_000), observer: null);
        Terms terms = _cluster.NewTerms(_consumer, _provider, capacityBytes: 15_000_000);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        await _cluster.Grains.Channel(channel).SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(terms, 1, 4_000_000)], ProviderUnits = [_provider.Unit(terms, 1, 4_000_000)] });

        AnnounceResult heard = await Provider.Heartbeat(observer: null);
        Assert.Equal(16_000_000UL, heard.MonthBytesLeft);
        Assert.Equal([5_000_000UL], (await Match()).Select(entry => entry.Offer.MaxCapacityBytes));

        await _cluster.KillAllSilos();
        heard = await Eventually.ValueAsync(() => GrainCluster.Patiently<AnnounceResult>(async () => await Provider.Heartbeat(observer: null)), "the heartbeat to be taken");
        Assert.Equal(16_000_000UL, heard.MonthBytesLeft);

        ChannelId tooMuch = await _cluster.Open(_consumer, _cluster.NewTerms(_consumer, _provider, capacityBytes: 5_001_000));
        Assert.Equal(RelayRefusal.MonthlyCapReached, (await Provider.Confirm(_provider.Confirm(tooMuch, SoonSeconds))).Refusal);
        ChannelId fits = await _cluster.Open(_consumer, _cluster.NewTerms(_consumer, _provider, capacityBytes: 5_000_000));
        Assert.True((await Provider.Confirm(_provider.Confirm(fits, SoonSeconds))).Accepted);
        Assert.Empty(await Match());

        await _cluster.Reaches(fits, ChannelPhase.Active);
        _cluster.Advance(TimeSpan.FromDays(31));
        heard = await Provider.Heartbeat(observer: null);
        Assert.Equal(20_000_000UL, heard.MonthBytesLeft);
        Assert.Equal([4_000_000UL], (await Match()).Select(entry => entry.Offer.MaxCapacityBytes));
    }

    [Fact]
    public async Task MonthsTotal_OfAChannelThatEnded_CountsOnce_WithWhatItWasSettledAt()
    {
        await Provider.Announce(Offer(monthlyCapBytes: 200_000_000), observer: null);
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        ulong validUntil = SoonSeconds;
        await _cluster.Grains.Channel(channel).SubmitClosure(_consumer.Closure(terms, 7_000_000, validUntil));
        await _cluster.Grains.Channel(channel).SubmitClosure(_provider.Closure(terms, 7_000_000, validUntil));
        ChannelView settled = await _cluster.Reaches(channel, ChannelPhase.Settled);

        await Eventually.TrueAsync(async () => (await Provider.View()).MonthBytesUsed == 7_000_000, "the month to hold the channel");
        await Provider.ChannelChanged(settled);
        Assert.Equal(7_000_000UL, (await Provider.View()).MonthBytesUsed);
    }

    [Fact]
    public async Task CapPerChannel_RefusesLargerChannels_AlsoWhenTheyWereToppedUp()
    {
        await Provider.Announce(Offer() with { ChannelCapBytes = 5_000_000 }, observer: null);
        Terms terms = _cluster.NewTerms(_consumer, _provider, capacityBytes: 5_000_000);
        ChannelId channel = await _cluster.Open(_consumer, terms);
        await _consumer.Send(_cluster.Chain, new ChainCall.Approve(terms.TopUpDeposit(5_000_000, 6_000_000)));
        await _consumer.Send(_cluster.Chain, new ChainCall.TopUp(terms, 6_000_000));
        await _cluster.Reaches(channel, view => view.CapacityBytes == 6_000_000, "the higher capacity");

        Assert.Equal(RelayRefusal.AboveChannelCap, (await Provider.Confirm(_provider.Confirm(channel, SoonSeconds))).Refusal);
    }

    [Fact]
    public async Task Drain_LastsOverAnnouncementsAndRestarts_UntilItIsEnded()
    {
        await Provider.Announce(Offer(), observer: null);
        await Provider.Drain(true);
        await _cluster.KillAllSilos();

        AnnounceResult announced = await Eventually.ValueAsync(
            () => GrainCluster.Patiently<AnnounceResult>(async () => await Provider.Announce(Offer(), observer: null)), "the announcement to be taken");
        Assert.True(announced.Draining);
        Assert.Empty(await Match());
        ChannelId channel = await _cluster.Open(_consumer, _cluster.NewTerms(_consumer, _provider));
        Assert.Equal(RelayRefusal.Draining, (await Provider.Confirm(_provider.Confirm(channel, SoonSeconds))).Refusal);

        await Provider.Drain(false);
        Assert.Single(await Match());
        Assert.True((await Provider.Confirm(_provider.Confirm(channel, SoonSeconds))).Accepted);
    }

    [Fact]
    public async Task Heartbeats_AreNotWrittenDown()
    {
        await Provider.Announce(Offer(monthlyCapBytes: 1_000_000_000), observer: null);
        int before = _cluster.Faults.Writes("provider");
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(AnnounceRefusal.None, (await Provider.Heartbeat(observer: null)).Refusal);
        }

        Assert.Equal(before, _cluster.Faults.Writes("provider"));
    }

    [Fact]
    public async Task DeclinesReason_ReachesWhoeverFollowsTheOperation()
    {
        ChannelId channel = await _cluster.Open(_consumer, _cluster.NewTerms(_consumer, _provider));

        RelayResult declined = await Provider.Decline(_provider.Decline(channel, SoonSeconds), RelayRefusal.MonthlyCapReached);

        Assert.Equal(RelayRefusal.MonthlyCapReached, (await _cluster.Ends(declined.OperationId!)).DeclineReason);
    }

    private static ProviderOffer Offer(ulong monthlyCapBytes = 0) => ProviderTests.Offer() with { MonthlyCapBytes = monthlyCapBytes };

    // So that the month does not turn within a test on its last evening.
    private void AdvanceToMiddayOfTheFirst()
    {
        DateTimeOffset now = _cluster.Clock.GetUtcNow();
        var first = new DateTimeOffset(now.Year, now.Month, 1, 12, 0, 0, TimeSpan.Zero);
        _cluster.Advance(first.AddMonths(1) - now);
    }

    private Task<DirectoryEntry[]> Match() => _cluster.Grains.FindClosestProviders(new DirectoryQuery { Target = _consumer.Address, Count = 3 });
}
