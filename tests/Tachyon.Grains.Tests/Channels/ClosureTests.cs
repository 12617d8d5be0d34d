using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>Closures: what is taken, and that what both sides signed is carried out, whatever either does afterwards.</summary>
public sealed class ClosureTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;
    private Terms _terms = null!;
    private ChannelId _channel;

    private IChannelGrain Channel => _cluster.Grains.Channel(_channel);

    private ulong SoonSeconds => _cluster.Clock.NowSeconds + 3_600;

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start(options => options.OutboxMaxQueued = 2);
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
        _terms = _cluster.NewTerms(_consumer, _provider);
        _channel = await _cluster.OpenActive(_consumer, _provider, _terms);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ClosuresOfDifferentCounts_WaitForEachOther()
    {
        ulong validUntil = SoonSeconds;
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));

        SubmitClosureResult other = await Channel.SubmitClosure(_provider.Closure(_terms, 6_000_000, validUntil));

        Assert.True(other.Accepted);
        Assert.Null(other.OperationId);
        Assert.Equal(5_000_000UL, other.Counterpart!.Closure.BytesUsed);
    }

    [Fact]
    public async Task BadClosures_AreRefused_EachForItsReason()
    {
        ulong soon = SoonSeconds;

        Assert.Equal(ClosureRefusal.WrongSigner, await RefusalOf(_cluster.Outsider.Closure(_terms, 1_000, soon)));
        Assert.Equal(ClosureRefusal.OtherChannel, await RefusalOf(_consumer.Closure(_cluster.NewTerms(_consumer, _provider), 1_000, soon)));
        Assert.Equal(ClosureRefusal.NotWholeKB, await RefusalOf(_consumer.Closure(_terms, 1_001, soon)));
        Assert.Equal(ClosureRefusal.AboveCapacity, await RefusalOf(_consumer.Closure(_terms, _terms.CapacityBytes + 1_000, soon)));
        Assert.Equal(ClosureRefusal.Expired, await RefusalOf(_consumer.Closure(_terms, 1_000, _cluster.Clock.NowSeconds - 1)));
        Assert.Equal(ClosureRefusal.Expired, await RefusalOf(_consumer.Closure(_terms, 1_000, _cluster.Clock.NowSeconds + 5)));
        Assert.Equal(ClosureRefusal.TooFarAhead, await RefusalOf(_consumer.Closure(_terms, 1_000, soon + 100_000)));
    }

    [Fact]
    public async Task PairThatWaitsForAFullOutbox_IsNotLost_WhenItsConsumerOffersLess_AndIsCarriedOutLater()
    {
        ulong validUntil = SoonSeconds;
        _cluster.Chain.Faults.Down = true;
        await FillOutbox();
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));
        Assert.Equal(ClosureRefusal.OutboxFull, await RefusalOf(_provider.Closure(_terms, 5_000_000, validUntil)));

        Assert.Equal(ClosureRefusal.OtherClosureSigned, await RefusalOf(_consumer.Closure(_terms, 1_000, validUntil)));
        Assert.Equal(ClosureRefusal.OtherClosureSigned, await RefusalOf(_consumer.Closure(_terms, 9_000_000, validUntil)));
        Assert.Equal(ClosureRefusal.OtherClosureSigned, await RefusalOf(_provider.Closure(_terms, 1_000, validUntil)));
        await _cluster.KillAllSilos();
        _cluster.Chain.Faults.Down = false;
        _cluster.Advance(TimeSpan.FromMinutes(1));

        ChannelView view = await _cluster.Reaches(_channel, ChannelPhase.Settled);
        Assert.True(view.Settlement!.Cooperative);
        Assert.Equal(_terms.Price(5_000_000), view.Settlement.Paid);
    }

    [Fact]
    public async Task PairThatIsOnItsWay_StandsAgainstLaterClosures_UntilItIsFinal()
    {
        _cluster.Chain.Automine = false;
        ulong validUntil = SoonSeconds;
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));
        SubmitClosureResult pair = await Channel.SubmitClosure(_provider.Closure(_terms, 5_000_000, validUntil));

        SubmitClosureResult sameCount = await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil + 60));
        Assert.Equal(ClosureRefusal.OtherClosureSigned, await RefusalOf(_consumer.Closure(_terms, 1_000, validUntil)));

        Assert.True(sameCount.Accepted);
        Assert.Equal(pair.OperationId, sameCount.OperationId);
        ChannelEvidence evidence = await Channel.Evidence();
        Assert.Equal((validUntil, validUntil), (evidence.ConsumerClosure!.Closure.ValidUntilSeconds, evidence.ProviderClosure!.Closure.ValidUntilSeconds));
    }

    [Fact]
    public async Task SilosThatDieBeforeTheOutboxHoldsThePair_CarryItOutAllTheSame_WithNobodyAsking()
    {
        ulong validUntil = SoonSeconds;
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));
        _cluster.Faults.FailBeforeWriting("outbox", count: 1_000);

        await Assert.ThrowsAnyAsync<Exception>(() => Channel.SubmitClosure(_provider.Closure(_terms, 5_000_000, validUntil)));
        await _cluster.KillAllSilos();
        _cluster.Faults.FailBeforeWriting("outbox", count: 0);
        _cluster.Advance(TimeSpan.FromMinutes(1));

        ChannelView view = await _cluster.Reaches(_channel, ChannelPhase.Settled);
        Assert.Equal(_terms.Price(5_000_000), view.Settlement!.Paid);
    }

    [Fact]
    public async Task ConsumerThatOffersLessThanBefore_IsRefused_AndOneThatOffersMore_IsTaken()
    {
        ulong validUntil = SoonSeconds;
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));

        Assert.Equal(ClosureRefusal.OtherClosureSigned, await RefusalOf(_consumer.Closure(_terms, 4_999_000, validUntil)));
        Assert.Equal(5_000_000UL, (await Channel.Evidence()).ConsumerClosure!.Closure.BytesUsed);
        Assert.Equal(ClosureRefusal.None, await RefusalOf(_consumer.Closure(_terms, 6_000_000, validUntil)));
        Assert.Equal(6_000_000UL, (await Channel.Evidence()).ConsumerClosure!.Closure.BytesUsed);

        // The contract takes either that the provider signs too.
        Assert.Equal(ClosureRefusal.None, await RefusalOf(_provider.Closure(_terms, 5_000_000, validUntil)));
        Assert.NotNull((await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil))).OperationId);
    }

    [Fact]
    public async Task ProviderThatAsksForMoreThanBefore_IsRefused_AndOneThatIsContentWithLess_IsTaken()
    {
        ulong validUntil = SoonSeconds;
        await Channel.SubmitClosure(_provider.Closure(_terms, 5_000_000, validUntil));

        Assert.Equal(ClosureRefusal.OtherClosureSigned, await RefusalOf(_provider.Closure(_terms, 5_001_000, validUntil)));
        Assert.Equal(ClosureRefusal.None, await RefusalOf(_provider.Closure(_terms, 4_000_000, validUntil)));
        Assert.NotNull((await Channel.SubmitClosure(_consumer.Closure(_terms, 4_000_000, validUntil))).OperationId);
    }

    [Fact]
    public async Task SameCountAgain_IsKeptIfItIsValidLonger_AndChangesNothingIfShorter()
    {
        ulong validUntil = SoonSeconds;
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));

        Assert.Equal(ClosureRefusal.None, await RefusalOf(_consumer.Closure(_terms, 5_000_000, validUntil + 60)));
        Assert.Equal(ClosureRefusal.None, await RefusalOf(_consumer.Closure(_terms, 5_000_000, validUntil + 30)));

        Assert.Equal(validUntil + 60, (await Channel.Evidence()).ConsumerClosure!.Closure.ValidUntilSeconds);
    }

    [Fact]
    public async Task ClosureThatRanOut_BindsItsSignerNoMore()
    {
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, SoonSeconds));
        _cluster.Advance(TimeSpan.FromHours(2));

        Assert.Equal(ClosureRefusal.None, await RefusalOf(_consumer.Closure(_terms, 1_000, SoonSeconds)));
    }

    [Fact]
    public async Task PairThatAClaimOvertook_BindsNobody_AndBothSignAnother()
    {
        // Gas is dearer than this operator pays, so that its outbox waits; the provider pays it, and claims.
        ulong validUntil = SoonSeconds;
        System.Numerics.BigInteger usual = _cluster.Chain.BaseFee;
        _cluster.Chain.BaseFee = 1_000 * usual;
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, validUntil));
        await Channel.SubmitClosure(_provider.Closure(_terms, 5_000_000, validUntil));
        await _provider.Send(_cluster.Chain, new ChainCall.Claim(_terms, _consumer.Unit(_terms, 6, 6_000_000)));
        await _cluster.Reaches(_channel, view => view.PaidBytes == 6_000_000, "the claim");

        Assert.Equal(ClosureRefusal.None, await RefusalOf(_consumer.Closure(_terms, 6_000_000, validUntil)));
        _cluster.Chain.BaseFee = usual;
        Assert.Equal(ClosureRefusal.None, await RefusalOf(_provider.Closure(_terms, 6_000_000, validUntil)));

        Assert.Equal(6_000_000UL, (await _cluster.Reaches(_channel, ChannelPhase.Settled)).Settlement!.SettledBytes);
    }

    [Fact]
    public async Task PartyThatAsksToCloseAgainAndAgain_TakesOnePlaceInTheOutbox()
    {
        _cluster.Chain.Faults.Down = true;
        ulong soon = SoonSeconds;

        RelayResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Channel.RequestClose(_consumer.Close(_channel, soon + (ulong)i))));

        Assert.All(results, result => Assert.True(result.Accepted));
        Assert.Single(results.Select(result => result.OperationId).Distinct());
        Assert.Single((await _cluster.Outbox.View()).Intents);

        // The other's may run out before it is sent, so it does not stand for one's own.
        RelayResult other = await Channel.RequestClose(_provider.Close(_channel, soon));
        Assert.True(other.Accepted);
        Assert.NotEqual(results[0].OperationId, other.OperationId);
        Assert.Equal(RelayRefusal.Expired, (await Channel.RequestClose(_provider.Close(_channel, _cluster.Clock.NowSeconds + 5))).Refusal);
    }

    [Fact]
    public async Task OperatorThatClaims_DoesNotOvertakeThePair()
    {
        _cluster.Chain.Faults.Down = true;
        await Channel.SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(_terms, 6, 6_000_000)] });
        await Channel.SubmitClosure(_consumer.Closure(_terms, 5_000_000, SoonSeconds));
        SignedClosure signed = (await Channel.Evidence()).ConsumerClosure!;
        await Channel.SubmitClosure(_provider.Closure(_terms, 5_000_000, signed.Closure.ValidUntilSeconds));

        IntentView[] open = await Channel.ActNow(claim: true);

        Assert.Equal([IntentKind.CooperativeClose], open.Select(operation => operation.Kind));
    }

    private async Task<ClosureRefusal> RefusalOf(SignedClosure closure) => (await Channel.SubmitClosure(closure)).Refusal;

    /// <summary>With something that cannot be sent as long as the chain is down.</summary>
    private async Task FillOutbox()
    {
        EnqueueResult result;
        do
        {
            Terms other = _cluster.NewTerms(_consumer, _provider);
            result = await _cluster.Outbox.Enqueue(SettlementIntent.Settle(other.ChannelId(_cluster.Chain.Domain), other));
        }
        while (result.Accepted);
    }
}
