using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Tests.Reputation;

public sealed class ReputationTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await GrainCluster.Start();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Statement_OfEitherPartyOfAPaidChannel_PartsThem_AndIsInTheLogOnce()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        Address consumer = maker.Consumer.Address;
        Address provider = maker.Provider.Address;
        SignedBlacklisting byConsumer = maker.ByConsumer();
        Assert.False(await _cluster.Grains.Reputation(consumer).IsPartedFrom(provider));

        Assert.Equal(StatementRefusal.None, await maker.Publish(byConsumer));
        Assert.Equal(StatementRefusal.None, await maker.Publish(byConsumer));

        Assert.True(await _cluster.Grains.Reputation(consumer).IsPartedFrom(provider));
        Assert.True(await _cluster.Grains.Reputation(provider).IsPartedFrom(consumer));
        Assert.Equal([provider], (await _cluster.Grains.Reputation(consumer).Parted()).Nodes);
        Assert.Equal([consumer], (await _cluster.Grains.Reputation(provider).Parted()).Nodes);
        StatementEntry entry = Assert.Single((await _cluster.Grains.StatementLog().Read(0)).Entries);
        Assert.Equal((1UL, byConsumer, maker.Terms), (entry.Sequence, entry.Signed, entry.Terms));

        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByProvider()));
        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByConsumer(revoked: true)));
        Assert.True(await _cluster.Grains.Reputation(consumer).IsPartedFrom(provider));
        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByProvider(revoked: true)));
        Assert.False(await _cluster.Grains.Reputation(consumer).IsPartedFrom(provider));
        Assert.False(await _cluster.Grains.Reputation(provider).IsPartedFrom(consumer));
        Assert.Empty((await _cluster.Grains.Reputation(provider).Parted()).Nodes);
    }

    [Fact]
    public async Task Statement_OfOrAboutAnyoneElse_OrSignedByAnyoneElse_IsNotAdmitted_AndLeavesNothing()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        Party stranger = _cluster.NewParty();
        Party[] parties = [maker.Consumer, maker.Provider, stranger];
        foreach (Party issuer in parties)
        {
            foreach (Party subject in parties)
            {
                foreach (Party signer in parties)
                {
                    bool isInOrder = signer == issuer && issuer != subject && issuer != stranger && subject != stranger;
                    if (!isInOrder)
                    {
                        StatementRefusal refusal = await maker.Publish(maker.By(issuer, subject, signer: signer));
                        Assert.Contains(refusal, new[] { StatementRefusal.NotAParty, StatementRefusal.WrongSigner });
                    }
                }
            }
        }

        // Nor by asking the grain of somebody else.
        Assert.Equal(
            StatementRefusal.NotAParty, await _cluster.Grains.Reputation(stranger.Address).Publish(maker.ByConsumer(), null));
        Assert.All(parties, party => Assert.Empty(_cluster.Grains.Reputation(party.Address).Parted().Result.Nodes));
        Assert.Equal(0UL, (await _cluster.Grains.StatementLog().Read(0)).Latest);
        Assert.Equal(0, _cluster.Faults.Writes("reputation"));
    }

    [Fact]
    public async Task Channel_ThatPaidNothing_OrIsUnknown_CarriesNoStatement_UntilItHasPaid()
    {
        Party consumer = _cluster.NewParty();
        Party provider = _cluster.NewParty();
        StatementMaker maker = await StatementMaker.Unpaid(_cluster, consumer, provider);
        Assert.Equal(StatementRefusal.NothingPaid, await maker.Publish(maker.ByConsumer()));
        Assert.Equal(
            StatementRefusal.NothingPaid,
            await maker.Publish(maker.ByConsumer(evidence: maker.Contradict(provider)), maker.Contradict(provider)));
        var unknown = new StatementMaker(_cluster, consumer, provider, _cluster.NewTerms(consumer, provider));
        Assert.Equal(StatementRefusal.UnknownChannel, await unknown.Publish(unknown.ByConsumer()));

        // Units prove nothing on chain; a settlement does.
        ulong validUntil = _cluster.Clock.NowSeconds + 3_600;
        await _cluster.Grains.Channel(maker.Channel).SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(maker.Terms, 1, 1_000_000)] });
        Assert.Equal(StatementRefusal.NothingPaid, await maker.Publish(maker.ByConsumer()));
        await _cluster.Grains.Channel(maker.Channel).SubmitClosure(consumer.Closure(maker.Terms, 1_000_000, validUntil));
        await _cluster.Grains.Channel(maker.Channel).SubmitClosure(provider.Closure(maker.Terms, 1_000_000, validUntil));
        await _cluster.Reaches(maker.Channel, ChannelPhase.Settled);
        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByConsumer()));
    }

    [Fact]
    public async Task Evidence_IsChecked_AndTravelsWithTheStatement()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        Contradiction good = maker.Contradict(maker.Provider);
        Contradiction ofTheIssuer = maker.Contradict(maker.Consumer);

        Assert.Equal(StatementRefusal.BadEvidence, await maker.Publish(maker.ByConsumer(evidence: ofTheIssuer), ofTheIssuer));
        Assert.Equal(StatementRefusal.BadEvidence, await maker.Publish(maker.ByConsumer(evidence: good), null));
        Assert.Equal(StatementRefusal.BadEvidence, await maker.Publish(maker.ByConsumer(), good));
        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByConsumer(evidence: good), good));

        StatementEntry entry = Assert.Single((await _cluster.Grains.StatementLog().Read(0)).Entries);
        Assert.Equal(good, entry.Evidence);
        HeardStatement heard = Assert.Single((await _cluster.Grains.Reputation(maker.Provider.Address).View()).About);
        Assert.True(heard is { Stands: true, HasEvidence: true });
    }

    [Fact]
    public async Task BurnedTokens_WeighForTheConsumerAlone_WhoseDepositTheyWere()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        await maker.Dispute();

        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByConsumer()));
        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByProvider()));

        Assert.False(Assert.Single((await _cluster.Grains.Reputation(maker.Provider.Address).View()).About).Burned.IsZero);
        Assert.True(Assert.Single((await _cluster.Grains.Reputation(maker.Consumer.Address).View()).About).Burned.IsZero);
    }

    [Fact]
    public async Task OlderStatement_ReplayedAfterItsRevocation_IsRefused_AndTheRevocationStands()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        SignedBlacklisting stated = maker.ByConsumer();
        SignedBlacklisting revoked = maker.ByConsumer(revoked: true);

        // Also when the revocation comes first.
        Assert.Equal(StatementRefusal.None, await maker.Publish(revoked));
        Assert.Equal(StatementRefusal.Older, await maker.Publish(stated));
        Assert.Equal(StatementRefusal.None, await maker.Publish(revoked));

        Assert.False(await _cluster.Grains.Reputation(maker.Consumer.Address).IsPartedFrom(maker.Provider.Address));
        Assert.Equal(1UL, (await _cluster.Grains.StatementLog().Read(0)).Latest);
    }

    [Fact]
    public async Task Flood_OfOneChannel_IsLimited_ButWhatStandsCanAlwaysBeRevoked()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByConsumer()));
            Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByConsumer(revoked: true)));
        }

        Assert.Equal(StatementRefusal.TooMany, await maker.Publish(maker.ByConsumer()));
        Assert.Equal(StatementRefusal.TooMany, await maker.Publish(maker.ByConsumer(revoked: true)));
        _cluster.Advance(TimeSpan.FromDays(2));
        Assert.Equal(StatementRefusal.TooMany, await maker.Publish(maker.ByConsumer()));

        // The other side is not silenced by it, and another channel that paid carries more.
        Assert.Equal(StatementRefusal.None, await maker.Publish(maker.ByProvider()));
        StatementMaker next = await StatementMaker.Paid(_cluster, maker.Consumer, maker.Provider);
        Assert.Equal(StatementRefusal.None, await next.Publish(next.ByConsumer()));
        Assert.Equal(10UL, (await _cluster.Grains.StatementLog().Read(0)).Latest);
    }

    [Fact]
    public async Task TwoNodes_ThatBlacklistEachOtherAtOnce_NeverWaitForEachOther()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);

        StatementRefusal[] refusals = await Task.WhenAll(
            Enumerable.Range(0, 3).SelectMany(_ => new[] { maker.ByConsumer(), maker.ByProvider() }).Select(signed => maker.Publish(signed)));

        Assert.All(refusals, refusal => Assert.Contains(refusal, new[] { StatementRefusal.None, StatementRefusal.Older }));
        Assert.True(await _cluster.Grains.Reputation(maker.Consumer.Address).HasBlacklisted(maker.Provider.Address));
        Assert.True(await _cluster.Grains.Reputation(maker.Provider.Address).HasBlacklisted(maker.Consumer.Address));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Statement_CutShortByStorage_IsSpreadAllTheSame_AndOnce(bool afterWriting)
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        SignedBlacklisting stated = maker.ByConsumer();
        await _cluster.Grains.StatementLog().Read(0);
        var heard = new RecordingStatementObserver();
        IStatementObserver observer = _cluster.Grains.CreateObjectReference<IStatementObserver>(heard);

        // The log fails once the issuer's and the subject's records were written: before its own is, or between that and telling of it.
        if (afterWriting)
        {
            _cluster.Faults.FailAfterWriting("statements");
        }
        else
        {
            _cluster.Faults.FailBeforeWriting("statements");
        }

        await Assert.ThrowsAnyAsync<Exception>(() => maker.Publish(stated));

        // Its issuer is gone, and asks no more.
        Assert.True(await _cluster.Grains.Reputation(maker.Provider.Address).IsPartedFrom(maker.Consumer.Address));
        await LogHolds(stated);
        Assert.Equal(stated, Assert.Single((await _cluster.Grains.StatementLog().Subscribe(observer, 0)).Entries).Signed);

        // Or comes back after all.
        await GrainCluster.Insist<object>(async () => await maker.Publish(stated) == StatementRefusal.None ? stated : null!);
        SignedBlacklisting next = maker.ByProvider();
        await maker.Publish(next);
        await Eventually.TrueAsync(() => Task.FromResult(!heard.Entries.IsEmpty), "the next one's push");
        Assert.Equal([2UL], heard.Entries.Select(entry => entry.Sequence));
        Assert.Equal([stated, next], (await _cluster.Grains.StatementLog().Read(0)).Entries.Select(entry => entry.Signed));
    }

    [Fact]
    public async Task Statement_WhoseSiloDiedBeforeItWasSpread_IsSpreadOnceAnybodyAsksAboutItsIssuer()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        SignedBlacklisting stated = maker.ByConsumer();
        await _cluster.Grains.StatementLog().Read(0);
        _cluster.Faults.FailBeforeWriting("statements", int.MaxValue);
        await Assert.ThrowsAnyAsync<Exception>(() => maker.Publish(stated));
        await _cluster.KillAllSilos();
        _cluster.Faults.FailBeforeWriting("statements", 0);
        Assert.Equal(0UL, (await GrainCluster.Insist(() => _cluster.Grains.StatementLog().Read(0))).Latest);

        // As every match of the issuer does.
        Assert.Equal(
            [maker.Provider.Address], (await GrainCluster.Insist(() => _cluster.Grains.Reputation(maker.Consumer.Address).Parted())).Nodes);

        await LogHolds(stated);
        Assert.True(await _cluster.Grains.Reputation(maker.Provider.Address).IsPartedFrom(maker.Consumer.Address));
    }

    [Fact]
    public async Task Statements_SurviveEverySilo_InOrder()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        SignedBlacklisting byConsumer = maker.ByConsumer();
        SignedBlacklisting byProvider = maker.ByProvider();
        await maker.Publish(byConsumer);
        await maker.Publish(byProvider);
        Bytes32 log = (await _cluster.Grains.StatementLog().Read(0)).Log;

        await _cluster.KillAllSilos();

        StatementPage page = await GrainCluster.Insist(() => _cluster.Grains.StatementLog().Read(0));
        Assert.Equal(log, page.Log);
        Assert.Equal([byConsumer, byProvider], page.Entries.Select(entry => entry.Signed));
        Assert.Equal([2UL], (await GrainCluster.Insist(() => _cluster.Grains.StatementLog().Read(1))).Entries.Select(entry => entry.Sequence));
        Assert.Equal(
            [maker.Provider.Address],
            (await GrainCluster.Insist(() => _cluster.Grains.Reputation(maker.Consumer.Address).Parted())).Nodes);
    }

    [Fact]
    public async Task Observer_HearsWhatIsPublished_AndARenewalTellsWhatALostPushBrought()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        var heard = new RecordingStatementObserver();
        IStatementObserver observer = _cluster.Grains.CreateObjectReference<IStatementObserver>(heard);
        Assert.Empty((await _cluster.Grains.StatementLog().Subscribe(observer, 0)).Entries);

        await maker.Publish(maker.ByConsumer());
        await Eventually.TrueAsync(() => Task.FromResult(heard.Entries.Count == 1), "the push");
        await _cluster.KillAllSilos();
        await GrainCluster.Insist<object>(async () => await maker.Publish(maker.ByProvider()) == StatementRefusal.None ? maker : null!);

        StatementPage page = await GrainCluster.Insist(() => _cluster.Grains.StatementLog().Subscribe(observer, 1));
        Assert.Equal(2UL, Assert.Single(page.Entries).Sequence);
        await maker.Publish(maker.ByConsumer(revoked: true));
        await Eventually.TrueAsync(() => Task.FromResult(heard.Entries.Any(entry => entry.Sequence == 3)), "the push after the renewal");
    }

    [Fact]
    public async Task Provider_ConfirmsAndAcceptsNoChannelOfAPartedConsumer()
    {
        StatementMaker maker = await StatementMaker.Paid(_cluster);
        IProviderGrain provider = _cluster.Grains.Provider(maker.Provider.Address);
        await provider.Announce(
            new ProviderOffer { Endpoint = "203.0.113.7:9301", PricePerMB = maker.Terms.PricePerMB, ToleranceLimitPpm = 1_000, Slots = 5 }, null);
        Terms next = _cluster.NewTerms(maker.Consumer, maker.Provider);
        ChannelId channel = await _cluster.Open(maker.Consumer, next);
        await maker.Publish(maker.ByConsumer());

        RelayResult confirmed = await provider.Confirm(maker.Provider.Confirm(channel, _cluster.Clock.NowSeconds + 600));

        Assert.Equal(RelayRefusal.Blacklisted, confirmed.Refusal);
        await maker.Publish(maker.ByConsumer(revoked: true));
        confirmed = await provider.Confirm(maker.Provider.Confirm(channel, _cluster.Clock.NowSeconds + 600));
        Assert.Equal(RelayRefusal.None, confirmed.Refusal);
    }

    private Task LogHolds(SignedBlacklisting stated) => Eventually.TrueAsync(
        async () => await GrainCluster.Patiently(() => _cluster.Grains.StatementLog().Read(0)!) is { Entries: [var only] } && only.Signed == stated,
        "the log to hold the statement, once");
}
