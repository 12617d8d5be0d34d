using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Feed;

/// <summary>Following the chain: from a durable cursor, at finality, and over re-organisations.</summary>
public sealed class ChainFeedTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;

    public Task InitializeAsync() => Start(finalityDepth: 0);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Events_ThatHappenedWhileNoSiloLived_ReachTheirChannels()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.Open(_consumer, terms);
        Task killed = _cluster.KillAllSilos();
        await _provider.Send(_cluster.Chain, new ChainCall.Confirm(terms));
        await killed;

        await _cluster.Reaches(channel, ChannelPhase.Active);
    }

    [Fact]
    public async Task Channels_CountOnlyAtFinality()
    {
        await Restart(finalityDepth: 2);
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        await OpenOnChain(terms);
        ChannelId channel = terms.ChannelId(_cluster.Chain.Domain);
        ulong head = (await _cluster.Chain.GetBlockAsync(ReadAt.Latest)).Number;
        _cluster.Chain.Mine();
        await Eventually.TrueAsync(async () => (await _cluster.Feed.Status()).CursorBlock == head - 1, "the feed to reach the final block");

        Assert.Null(await _cluster.Grains.Channel(channel).View());

        _cluster.Chain.Mine();
        await _cluster.Reaches(channel, ChannelPhase.Opened);
    }

    [Fact]
    public async Task ReorganisationThatTakesAConfirmBack_IsUndone_AndRedone()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        await _cluster.Grains.Channel(channel).SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(terms, 1, 1_000)] });

        _cluster.Chain.Reorganise(1, dropTransactions: true);
        await _cluster.Reaches(channel, ChannelPhase.Opened);
        ProviderView without = await Eventually.ValueAsync(
            async () => await _cluster.Grains.Provider(_provider.Address).View() is { ActiveChannels.Length: 0 } view ? view : null, "the slot to be given back");
        Assert.Empty(without.ActiveChannels);

        await _provider.Send(_cluster.Chain, new ChainCall.Confirm(terms));
        ChannelView again = await _cluster.Reaches(channel, ChannelPhase.Active);

        // Signatures stay valid on any branch.
        Assert.Equal(1_000UL, again.ConsumerBytes);
        Assert.True((await _cluster.Feed.Status()).Reorganisations > 0);
    }

    [Fact]
    public async Task ReorganisationThatTakesTheChannelAway_LeavesNothingOfIt()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);

        _cluster.Chain.Reorganise(2, dropTransactions: true);

        await Eventually.TrueAsync(
            async () => await _cluster.Grains.Channel(channel).View() is null, "the channel to be unknown");
        await Eventually.TrueAsync(
            async () => (await _cluster.Grains.Provider(_provider.Address).View()).FreeSlots == 5, "the slot to be free");
    }

    [Fact]
    public async Task ReorganisationThatMinesTheSameAgain_ChangesNothingInTheEnd()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);

        _cluster.Chain.Reorganise(3);

        await Eventually.TrueAsync(async () => (await _cluster.Feed.Status()).Reorganisations > 0, "the feed to notice");
        await _cluster.Reaches(channel, ChannelPhase.Active);
    }

    [Fact]
    public async Task EndpointThatFails_IsAskedAgain()
    {
        _cluster.Chain.Faults.FailRequests(20);
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        await Eventually.TrueAsync(async () => (await _cluster.Feed.Status()).LastError is not null, "the feed to notice");
        _cluster.Chain.Faults.FailRequests(0);

        await _cluster.OpenActive(_consumer, _provider, terms);

        await Eventually.TrueAsync(async () => (await _cluster.Feed.Status()).LastError is null, "the feed to be well again");
    }

    [Fact]
    public async Task StorageOfAChannelThatFails_HoldsTheCursor_UntilItWasTold()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.Open(_consumer, terms);
        _cluster.Faults.FailBeforeWriting("channel", 3);

        await _provider.Send(_cluster.Chain, new ChainCall.Confirm(terms));

        await _cluster.Reaches(channel, ChannelPhase.Active);
    }

    [Fact]
    public async Task ChannelWhoseRecordIsCorrupt_HoldsUpNoOther_AndMissesNothingOnceItCanBeRead()
    {
        Terms broken = _cluster.NewTerms(_consumer, _provider);
        Terms sound = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.Open(_consumer, broken);
        ChannelId other = await _cluster.Open(_consumer, sound);
        _cluster.Faults.Corrupt(GrainKeys.ChannelKey(channel));
        await _provider.Send(_cluster.Chain, new ChainCall.Confirm(broken));
        await _provider.Send(_cluster.Chain, new ChainCall.Confirm(sound));

        await _cluster.Reaches(other, ChannelPhase.Active);
        await Eventually.TrueAsync(async () => (await _cluster.Feed.Status()).ParkedCount == 1, "the channel to be parked");
        Assert.Equal(channel, (await _cluster.Feed.Status()).Parked.Single().ChannelId);

        // More happens to it meanwhile, and the feed's silo dies.
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(broken, null, null));
        await _cluster.FeedIsQuiet();
        await _cluster.KillAllSilos();
        _cluster.Faults.Corrupt(null);
        _cluster.Clock.Advance(TimeSpan.FromMinutes(6));

        await _cluster.Reaches(channel, ChannelPhase.Closing);
        await Eventually.TrueAsync(async () => (await _cluster.Feed.Status()).ParkedCount == 0, "nothing to be parked");
    }

    [Fact]
    public async Task ReorganisationBehindAllThatIsKept_HaltsTheFeed_AndChangesNothing()
    {
        await _cluster.DisposeAsync();
        await Start(finalityDepth: 0, options => options.FeedBlocksPerRequest = 1);
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        _cluster.Chain.Mine(140);
        await _cluster.FeedIsQuiet();

        _cluster.Chain.Reorganise(143, dropTransactions: true);
        _cluster.Chain.Mine();

        await Eventually.TrueAsync(async () => (await _cluster.Feed.Status()).Halted is not null, "the feed to halt");
        Assert.Equal(ChannelPhase.Active, (await _cluster.Grains.Channel(channel).View())!.Phase);
    }

    [Fact]
    public async Task ToppedUpCapacity_IsFollowed()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        await _consumer.Send(_cluster.Chain, new ChainCall.Approve(terms.TopUpDeposit(terms.CapacityBytes, 2 * terms.CapacityBytes)));

        await _consumer.Send(_cluster.Chain, new ChainCall.TopUp(terms, 2 * terms.CapacityBytes));

        await _cluster.Reaches(channel, view => view.CapacityBytes == 2 * terms.CapacityBytes, "twice the capacity");
    }

    private Task Restart(int finalityDepth)
    {
        GrainCluster old = _cluster;
        return Task.WhenAll(old.DisposeAsync().AsTask(), Start(finalityDepth));
    }

    private async Task Start(int finalityDepth, Action<GrainsOptions>? configure = null)
    {
        _cluster = await GrainCluster.Start(configure, chain: GrainCluster.ChainOptions(finalityDepth));
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
    }

    private async Task OpenOnChain(Terms terms)
    {
        await _consumer.Send(_cluster.Chain, new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await _consumer.Send(_cluster.Chain, new ChainCall.Open(terms));
    }
}
