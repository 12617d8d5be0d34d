using Tachyon.Chain;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>
/// The silo of each grain ends, in order or abruptly, while that grain has work in flight: what was acknowledged is
/// there, what was asked for happens once.
/// </summary>
public sealed class FailOverTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;

    private IProviderGrain Provider => _cluster.Grains.Provider(_provider.Address);

    private IDirectoryGrain Shard => _cluster.Grains.DirectoryShardOf(_provider.Address);

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start();
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Channel_KeepsEveryAcknowledgedUnit_AndTakesTheNext(bool gracefully)
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        IChannelGrain channel = _cluster.Grains.Channel(await _cluster.OpenActive(_consumer, _provider, terms));
        await channel.SubmitUnits(Batch(terms, 1));
        Task end;
        Task<SubmitUnitsResult?> inFlight;
        using (_cluster.Faults.HoldWrites("channel"))
        {
            int writes = _cluster.Faults.Writes("channel");
            inFlight = GrainCluster.Patiently<SubmitUnitsResult>(async () => await channel.SubmitUnits(Batch(terms, 2)));
            await Eventually.TrueAsync(() => _cluster.Faults.Writes("channel") > writes, "the write to begin");
            end = _cluster.EndSiloOf(channel, gracefully);
        }

        await end;
        ulong acknowledged = (await inFlight)?.Refusal == UnitRefusal.None ? 2UL : 1UL;

        ChannelEvidence evidence = await GrainCluster.Insist(() => channel.Evidence());
        Assert.True(evidence.ConsumerUnit!.Unit.Index >= acknowledged);
        SubmitUnitsResult next = await GrainCluster.Insist(() => channel.SubmitUnits(Batch(terms, 3)));
        Assert.Equal(UnitRefusal.None, next.Refusal);
        Assert.Equal(3UL, (await GrainCluster.Insist(() => channel.Evidence())).ConsumerUnit!.Unit.Index);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Provider_KeepsItsPromisesOfSlots_AndItsOffer(bool gracefully)
    {
        Party[] consumers = [.. Enumerable.Range(0, 6).Select(_ => _cluster.NewParty())];
        ChannelId[] channels = [.. await Task.WhenAll(consumers.Select(consumer => _cluster.Open(consumer, _cluster.NewTerms(consumer, _provider))))];
        await Announce();
        _cluster.Chain.Automine = false;
        foreach (ChannelId channel in channels[..3])
        {
            Assert.True((await Provider.Confirm(_provider.Confirm(channel, SoonSeconds))).Accepted);
        }

        await _cluster.EndSiloOf(Provider, gracefully);

        // The stored offer counts, so a sign of life is enough to be matched again.
        AnnounceResult alive = await GrainCluster.Insist(() => Provider.Heartbeat(null));
        Assert.Equal(2, alive.FreeSlots);
        RelayResult[] more = [.. await Task.WhenAll(channels[3..].Select(channel =>
            GrainCluster.Insist(() => Provider.Confirm(_provider.Confirm(channel, SoonSeconds)))))];
        Assert.Equal(2, more.Count(result => result.Accepted));
        Assert.Equal(RelayRefusal.SlotsFull, more.Single(result => !result.Accepted).Refusal);
        await Eventually.TrueAsync(
            async () =>
            {
                _cluster.Chain.Mine();
                return await _cluster.Chain.CountActiveChannelsAsync(_provider.Address, ReadAt.Latest) == 5;
            },
            "all that was promised to be confirmed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Directory_ListsAProviderAgain_WithItsNextSignOfLife(bool gracefully)
    {
        await Announce();
        Assert.Single(await Closest());

        await _cluster.EndSiloOf(Shard, gracefully);
        await GrainCluster.Insist(() => Provider.Heartbeat(null));

        DirectoryEntry found = Assert.Single(await Closest());
        Assert.Equal(_provider.Address, found.Provider);
        Assert.Equal(ProtocolConstants.MaxActiveChannels, found.FreeSlots);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Outbox_CarriesOutWhatItTook_Once_WithoutBeingCalled(bool gracefully)
    {
        ChannelId channel = await _cluster.Open(_consumer, _cluster.NewTerms(_consumer, _provider));
        _cluster.Chain.Automine = false;
        RelayResult relayed = await Provider.Confirm(_provider.Confirm(channel, SoonSeconds));
        await Eventually.TrueAsync(async () => await _cluster.Outbox.Find(relayed.OperationId!) is { State: IntentState.Sent }, "the transaction to be sent");

        await _cluster.EndSiloOf(_cluster.Outbox, gracefully);
        _cluster.Chain.Automine = true;
        _cluster.Chain.Mine();

        await _cluster.Reaches(channel, ChannelPhase.Active);
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(relayed.OperationId!)).State);
        Assert.Equal(1UL, await _cluster.Chain.GetNonceAsync(_cluster.Operator.Address, NonceScope.Mined));
        Assert.All(_cluster.Transactions.CallsByNonce.Values, calls => Assert.Single(calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Feed_GoesOnFromItsCursor_AndMissesNothingOfWhatItWasTelling(bool gracefully)
    {
        Terms[] all = [.. Enumerable.Range(0, 4).Select(_ => _cluster.NewTerms(_consumer, _provider))];
        ChannelId first = await _cluster.Open(_consumer, all[0]);
        await _cluster.FeedIsQuiet();
        ulong cursor = (await _cluster.Feed.Status()).CursorBlock;
        Task end;
        using (_cluster.Faults.HoldWrites("channel"))
        {
            int writes = _cluster.Faults.Writes("channel");
            foreach (Terms terms in all[1..])
            {
                await _consumer.Send(_cluster.Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
                await _consumer.Send(_cluster.Chain, new ChainCall.Open(terms));
            }

            await Eventually.TrueAsync(() => _cluster.Faults.Writes("channel") > writes, "the feed to tell a channel");
            end = _cluster.EndSiloOf(_cluster.Feed, gracefully);
        }

        await end;

        foreach (Terms terms in all)
        {
            await _cluster.Reaches(terms.ChannelId(_cluster.Chain.Domain), ChannelPhase.Opened);
        }

        ChainFeedStatus status = await GrainCluster.Insist(() => _cluster.Feed.Status());
        Assert.True(status.CursorBlock >= cursor, $"the cursor went back from {cursor} to {status.CursorBlock}");
        await _provider.Send(_cluster.Chain, new ChainCall.Confirm(all[0]));
        await _cluster.Reaches(first, ChannelPhase.Active);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deadline_IsMet_WithoutAnyoneCalling(bool gracefully)
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        await _cluster.Grains.Channel(channel).SubmitUnits(Batch(terms, 7));
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(terms, null, null));
        await Eventually.TrueAsync(
            async () => (await _cluster.Chain.GetChannelAsync(channel, ReadAt.Latest)).ConsumerBytes == 7_000_000, "the watchtower");
        await Eventually.TrueAsync(async () => await _cluster.Grains.DeadlinesOf(channel).Count() == 1, "the deadline");

        await _cluster.EndSiloOf(_cluster.Grains.DeadlinesOf(channel), gracefully);
        _cluster.Advance(TimeSpan.FromSeconds(ProtocolConstants.DefaultChallengePeriodSeconds) + TimeSpan.FromMinutes(1));

        await Eventually.TrueAsync(
            async () => (await _cluster.Chain.GetChannelAsync(channel, ReadAt.Latest)).Status == ChannelStatus.Settled, "the settlement on chain");
        Assert.Equal(terms.Price(7_000_000), (await _cluster.Reaches(channel, ChannelPhase.Settled)).Settlement!.Paid);
    }

    private async Task Announce()
    {
        var offer = new ProviderOffer { Endpoint = "203.0.113.7:9301", PricePerMB = new TokenAmount(1_000_000), ToleranceLimitPpm = 1_000, Slots = 5 };
        Assert.Equal(AnnounceRefusal.None, (await Provider.Announce(offer, null)).Refusal);
    }

    private Task<DirectoryEntry[]> Closest() => GrainCluster.Insist(
        () => _cluster.Grains.FindClosestProviders(new DirectoryQuery { Target = _consumer.Address, Count = 8, TolerancePpm = 1_000 }));

    private UnitBatch Batch(Terms terms, ulong index) => new()
    {
        ConsumerUnits = [_consumer.Unit(terms, index, index * 1_000_000)],
        ProviderUnits = [_provider.Unit(terms, index, index * 1_000_000)],
    };
}
