using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Grains.Tests.Providers;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>How channels end: together, alone, and with the watchtower in between.</summary>
public sealed class ClosingTests : IAsyncLifetime
{
    private static readonly TimeSpan ChallengePeriod = TimeSpan.FromHours(12);

    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;
    private Terms _terms = null!;
    private ChannelId _channel;

    private IChannelGrain Channel => _cluster.Grains.Channel(_channel);

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start(chain: GrainCluster.ChainOptions(challengePeriod: ChallengePeriod));
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
        _terms = _cluster.NewTerms(_consumer, _provider);
        _channel = await _cluster.OpenActive(_consumer, _provider, _terms);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task BothClosures_CloseTheChannelOnChain_AndPayTheAgreedCount()
    {
        ulong validUntil = SoonSeconds;
        TokenAmount before = await _cluster.Chain.GetBalanceAsync(_provider.Address, ReadAt.Latest);

        SubmitClosureResult first = await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));
        SubmitClosureResult second = await Channel.SubmitClosure(_provider.Closure(_terms, 5_000_000, validUntil));

        Assert.True(first.Accepted);
        Assert.Null(first.OperationId);
        Assert.True(second.Accepted);
        Assert.Equal(IntentState.Succeeded, (await _cluster.Ends(second.OperationId!)).State);
        ChannelView view = await _cluster.Reaches(_channel, ChannelPhase.Settled);
        Assert.True(view.Settlement!.Cooperative);
        Assert.Equal(_terms.Price(5_000_000), view.Settlement.Paid);
        Assert.Equal(_terms.Deposit(_terms.CapacityBytes) - _terms.Price(5_000_000), view.Settlement.Refunded);
        Assert.Equal(before + _terms.Price(5_000_000), await _cluster.Chain.GetBalanceAsync(_provider.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task FirstClosure_IsOfferedToTheOtherSide()
    {
        var observer = new RecordingChannelObserver();
        IChannelObserver reference = _cluster.Grains.CreateObjectReference<IChannelObserver>(observer);
        await Channel.Subscribe(reference);
        SignedClosure closure = _consumer.Closure(_terms, 5_000_000, SoonSeconds);

        await Channel.SubmitClosure(closure);

        ClosureOffer offer = await Eventually.ValueAsync(() => Task.FromResult(observer.Offers.FirstOrDefault()), "the offer");
        Assert.Equal(_consumer.Address, offer.Signer);
        Assert.Equal(closure, offer.Closure);
    }

    [Fact]
    public async Task CloseWithLowerEvidence_IsChallenged_AndSettledAtTheDeadline_WithNoEdgeOnline()
    {
        await Channel.SubmitUnits(new UnitBatch
        {
            ConsumerUnits = [_consumer.Unit(_terms, 9, 9_000_000)],
            ProviderUnits = [_provider.Unit(_terms, 9, 9_000_000)],
        });

        // The consumer tries to get away with an old unit of its own.
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(_terms, _consumer.Unit(_terms, 1, 1_000_000), null));
        await _cluster.Reaches(_channel, ChannelPhase.Closing);
        await Eventually.TrueAsync(
            async () => (await _cluster.Chain.GetChannelAsync(_channel, ReadAt.Latest)).ConsumerBytes == 9_000_000,
            "the higher unit on chain");

        _cluster.Advance(ChallengePeriod);

        ChannelView view = await _cluster.Reaches(_channel, ChannelPhase.Settled);
        Assert.Equal(_terms.Price(9_000_000), view.Settlement!.Paid);
    }

    [Fact]
    public async Task EvidenceThatComesWhileClosing_IsShownToo()
    {
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(_terms, _consumer.Unit(_terms, 1, 1_000_000), null));
        await _cluster.Reaches(_channel, ChannelPhase.Closing);

        await Channel.SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(_terms, 2, 2_000_000)] });

        await Eventually.TrueAsync(
            async () => (await _cluster.Chain.GetChannelAsync(_channel, ReadAt.Latest)).ConsumerBytes == 2_000_000,
            "the higher unit on chain");
    }

    [Fact]
    public async Task ConsumerThatHandsInItsUnitsInSmallSteps_DelaysTheOneThatCountsByOneChallengeOnly()
    {
        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(_terms, null, null));
        await _cluster.Reaches(_channel, ChannelPhase.Closing);
        _cluster.Chain.Automine = false;
        for (ulong step = 1; step <= 20; step++)
        {
            await Channel.SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(_terms, step, step * 1_000)] });
        }

        await Channel.SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(_terms, 21, 90_000_000)] });

        await Eventually.TrueAsync(
            async () =>
            {
                _cluster.Chain.Mine();
                return (await _cluster.Chain.GetChannelAsync(_channel, ReadAt.Latest)).ConsumerBytes == 90_000_000;
            },
            "the unit that counts on chain");
        Assert.Equal(2UL, await _cluster.Chain.GetNonceAsync(_cluster.Operator.Address, NonceScope.Mined));
    }

    [Fact]
    public async Task Watchtower_ActsAlsoAfterTheDeathOfEverySilo()
    {
        await Channel.SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(_terms, 9, 9_000_000)] });
        _cluster.Chain.Faults.Down = true;
        await _cluster.KillAllSilos();
        _cluster.Chain.Faults.Down = false;

        await _consumer.Send(_cluster.Chain, new ChainCall.StartClose(_terms, null, null));
        await Eventually.TrueAsync(
            async () => (await _cluster.Chain.GetChannelAsync(_channel, ReadAt.Latest)).ConsumerBytes == 9_000_000,
            "the higher unit on chain");
        await _cluster.KillAllSilos();
        _cluster.Advance(ChallengePeriod);

        await _cluster.Reaches(_channel, ChannelPhase.Settled);
    }

    [Fact]
    public async Task RequestedClose_StartsTheChallengePeriod_WithTheNewestEvidence()
    {
        await Channel.SubmitUnits(new UnitBatch
        {
            ConsumerUnits = [_consumer.Unit(_terms, 3, 3_000_000)],
            ProviderUnits = [_provider.Unit(_terms, 3, 3_000_000)],
        });

        RelayResult result = await Channel.RequestClose(_provider.Close(_channel, SoonSeconds));

        Assert.True(result.Accepted);
        ChannelView view = await _cluster.Reaches(_channel, ChannelPhase.Closing);
        Assert.Equal(3_000_000UL, view.ConsumerBytes);
        Assert.Equal(RelayRefusal.WrongPhase, (await Channel.RequestClose(_provider.Close(_channel, SoonSeconds))).Refusal);
    }

    [Fact]
    public async Task CloseRequests_OfOthers_AreRefused()
    {
        Assert.Equal(RelayRefusal.WrongSigner, (await Channel.RequestClose(_cluster.Outsider.Close(_channel, SoonSeconds))).Refusal);
        Assert.Equal(RelayRefusal.Expired, (await Channel.RequestClose(_provider.Close(_channel, 1))).Refusal);
    }

    [Fact]
    public async Task UnconfirmedChannel_IsWithdrawnAfterItsTime()
    {
        Terms ignored = _cluster.NewTerms(_consumer, _provider);
        await _cluster.Grains.Provider(_provider.Address).Announce(ProviderTests.Offer(), observer: null);
        ChannelId channel = await _cluster.Open(_consumer, ignored);

        _cluster.Advance(TimeSpan.FromSeconds(ProtocolConstants.DefaultConfirmTimeoutSeconds));

        await _cluster.Reaches(channel, ChannelPhase.Expired);
    }

    [Fact]
    public async Task DeadlineThatNoCalendarHolds_DoesNotEndTheShardThatWatchesOtherChannels()
    {
        IDeadlineGrain shard = _cluster.Grains.DeadlinesOf(_channel);

        await shard.Set(_channel, ulong.MaxValue);
        await _cluster.KillAllSilos();

        Assert.Equal(1, await Eventually.ValueAsync(
            async () => await GrainCluster.Patiently<object>(async () => await shard.Count()), "the shard"));
    }
}
