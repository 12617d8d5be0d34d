using Tachyon.Chain;
using Tachyon.Chain.Simulation;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>
/// The watchtower: whatever evidence it has of either side is on chain before the end, whenever it came and whatever failed in
/// between; and nobody can have this operator pay for challenges without end.
/// </summary>
public sealed class ChallengeTests
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(12);

    [Fact]
    public async Task EvidenceOfBothSides_ThatComesAfterTheCloseWasSeen_IsOnChainBeforeTheEnd_AlsoAcrossARestart()
    {
        await using Watch watch = await Watch.Start();
        await watch.CloseWith(1_000_000);
        await watch.Submit(consumerBytes: 9_000_000, providerBytes: 12_000_000);
        await watch.Cluster.KillAllSilos();

        await watch.Shows(9_000_000, 12_000_000);
        watch.Cluster.Advance(Period);

        ChannelView view = await watch.Cluster.Reaches(watch.Channel, ChannelPhase.Settled);
        Assert.Equal(watch.Terms.Price(9_000_000), view.Settlement!.Paid);
        Assert.Equal(watch.Terms.Price(3_000_000), view.Settlement.Burned);
    }

    [Fact]
    public async Task ChainThatCannotBeReachedWhenTheCloseHappens_IsCaughtUpWith_WithinThePeriod()
    {
        await using Watch watch = await Watch.Start();
        await watch.Submit(consumerBytes: 9_000_000);
        await watch.CloseUnseen(1_000_000);
        watch.Cluster.Advance(Period - TimeSpan.FromMinutes(5));
        await watch.Cluster.KillAllSilos();
        Assert.Equal(ChannelPhase.Active, (await watch.Cluster.Reaches(watch.Channel, _ => true, "a view")).Phase);

        watch.Cluster.Chain.Faults.Down = false;

        await watch.Shows(9_000_000);
        watch.Cluster.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(watch.Terms.Price(9_000_000), (await watch.Cluster.Reaches(watch.Channel, ChannelPhase.Settled)).Settlement!.Paid);
    }

    [Fact]
    public async Task ChainThatCannotBeReachedUntilAfterTheDeadline_IsShownTheEvidenceBeforeItIsSettled()
    {
        await using Watch watch = await Watch.Start();
        await watch.CloseWith(1_000_000);
        watch.Cluster.Chain.Faults.Down = true;
        await watch.Submit(consumerBytes: 9_000_000);
        watch.Cluster.Advance(Period + TimeSpan.FromMinutes(10));

        // Even then the endpoint has at first no answer to the challenge, and would settle.
        watch.Cluster.Chain.Faults.UnansweredCalls = call => call is ChainCall.Challenge;
        watch.Cluster.Chain.Faults.Down = false;
        await Eventually.TrueAsync(
            async () => (await watch.Cluster.Outbox.View()).Intents.Any(intent => intent is { Kind: IntentKind.Challenge, Waits: not null }),
            "the challenge to be tried");
        await watch.Cluster.Grains.Channel(watch.Channel).DeadlineReached();
        await watch.OutboxGoesOnTo(watch.Cluster.NewTerms(watch.Cluster.NewParty(), watch.Cluster.NewParty()));
        Assert.DoesNotContain((await watch.Cluster.Outbox.View()).Intents, intent => intent.OperationId == $"settle:{watch.Channel}");
        watch.Cluster.Chain.Faults.UnansweredCalls = null;

        Assert.Equal(watch.Terms.Price(9_000_000), (await watch.Cluster.Reaches(watch.Channel, ChannelPhase.Settled)).Settlement!.Paid);
    }

    [Fact]
    public async Task NearTheDeadline_HigherEvidenceFollows_ThoughTheLastChallengeIsNotFinal()
    {
        await using Watch watch = await Watch.Start(finalityDepth: 50);
        await watch.CloseWith(1_000_000);
        watch.Cluster.Advance(Period - TimeSpan.FromMinutes(50));
        await watch.Submit(consumerBytes: 2_000_000);
        await watch.Shows(2_000_000);

        await watch.Submit(consumerBytes: 9_000_000);

        await watch.Shows(9_000_000);
        Assert.Equal(
            IntentState.Mined, (await watch.Cluster.Outbox.Find($"challenge-consumer:{watch.Channel}:2000000"))!.State);
    }

    [Fact]
    public async Task ConsumerThatDripsItsUnits_CostsAFewChallenges_AndTheUnitThatCountsIsShownWithTimeToSpare()
    {
        await using Watch watch = await Watch.Start();
        await watch.CloseWith(1_000);
        ulong bytes = 1_000;
        for (int i = 0; i < 12; i++)
        {
            bytes += 1_000;
            await watch.Submit(consumerBytes: bytes);
            await watch.OutboxIsQuiet();
        }

        Assert.Equal(2, await watch.CountChallenges());
        await watch.Submit(consumerBytes: 90_000_000);
        Assert.Equal(2, await watch.CountChallenges());
        watch.Cluster.Advance(Period - TimeSpan.FromMinutes(59));

        await watch.Shows(90_000_000);
        Assert.Equal(3, await watch.CountChallenges());
        Assert.Equal(ChannelPhase.Closing, (await watch.Cluster.Grains.Channel(watch.Channel).View())!.Phase);
    }

    [Fact]
    public async Task ManyUnitsAtOnce_ToAClosingChannel_AskForOneChallengeAtATime()
    {
        await using Watch watch = await Watch.Start();
        await watch.CloseWith(1_000);
        watch.Cluster.Chain.Automine = false;

        await Task.WhenAll(Enumerable.Range(2, 100).Select(i => watch.Submit(consumerBytes: (ulong)i * 1_000)));
        await watch.Submit(consumerBytes: 90_000_000);

        await Eventually.TrueAsync(
            async () =>
            {
                watch.Cluster.Chain.Mine();
                return await watch.ConsumerBytesOnChain() == 90_000_000;
            },
            "the unit that counts on chain");
        Assert.InRange(await watch.CountChallenges(), 1, 2);
    }

    [Fact]
    public async Task ChallengeThatIsTooDearToSend_GivesItsPlaceToTheOneThatIsWorthIt()
    {
        // A token is worth a wei, so that a unit must move many of them before it is worth its gas.
        await using Watch watch = await Watch.Start(
            options => options.TokenPriceWei = 1_000_000_000_000_000, pricePerMB: 1_000_000_000_000_000_000);
        await watch.CloseWith(1_000);
        await watch.Submit(consumerBytes: 2_000);
        await Eventually.TrueAsync(
            async () => (await watch.Cluster.Outbox.View()).Intents.Any(intent => intent is { Kind: IntentKind.Challenge, Waits: not null }),
            "the challenge that is not worth its gas to wait");

        await watch.Submit(consumerBytes: 90_000_000);

        await watch.Shows(90_000_000);
        Assert.Equal(1, await watch.CountChallenges());
    }

    [Fact]
    public async Task ChallengeThatFeesOvertook_DoesNotKeepBackTheOneThatIsWorthThem()
    {
        // 2 MB are worth 2 × 10^14 wei: some 3 gwei for a unit of gas. 90 MB are worth 45 times that.
        await using Watch watch = await Watch.Start(options => options.TokenPriceWei = System.Numerics.BigInteger.Pow(10, 26));
        await watch.CloseWith(1_000);
        watch.Cluster.Advance(Period - TimeSpan.FromMinutes(50));
        watch.Cluster.Chain.Automine = false;
        await watch.Submit(consumerBytes: 2_000_000);
        await Eventually.TrueAsync(
            async () => (await watch.Cluster.Outbox.View()).Intents.Any(intent => intent is { Kind: IntentKind.Challenge, State: IntentState.Sent }),
            "the first challenge to be sent");
        watch.Cluster.Chain.BaseFee = 50_000_000_000;

        await watch.Submit(consumerBytes: 90_000_000);

        await Eventually.TrueAsync(
            async () =>
            {
                watch.Cluster.Chain.Mine();
                return await watch.ConsumerBytesOnChain() == 90_000_000;
            },
            "the unit that counts on chain");
    }

    [Fact]
    public async Task ChallengeThatTheEndpointSaysIsRefused_IsTriedAgain_BecauseTheEndpointMayLie()
    {
        await using Watch watch = await Watch.Start();
        await watch.CloseWith(1_000_000);
        IChannelGrain channel = watch.Cluster.Grains.Channel(watch.Channel);
        watch.Cluster.Chain.Faults.Down = true;
        await watch.Submit(consumerBytes: 9_000_000);
        IntentView asked = (await channel.View())!.Operations.Single(operation => operation.Kind == IntentKind.Challenge);

        // What an outbox tells that was lied to.
        await channel.IntentChanged(asked with { State = IntentState.Refused, Refusal = new ContractRefusal { Error = "UnitRaisesNothing" } });
        await watch.Cluster.Reaches(
            watch.Channel, view => view.Operations.Any(operation => operation.State == IntentState.Refused), "the refusal");
        watch.Cluster.Advance(Period - TimeSpan.FromMinutes(59));

        await watch.Cluster.Reaches(
            watch.Channel,
            view => view.Operations.Count(operation => operation.Kind == IntentKind.Challenge) == 2,
            "another attempt");
    }

    [Fact]
    public async Task SettlementThatTheEndpointSaysIsRefused_IsTriedAgainAnHourLater()
    {
        await using Watch watch = await Watch.Start();
        await watch.CloseWith(1_000_000);
        await watch.Submit(consumerBytes: 1_000_000);
        IChannelGrain channel = watch.Cluster.Grains.Channel(watch.Channel);
        watch.Cluster.Chain.Faults.Down = true;
        watch.Cluster.Advance(Period + TimeSpan.FromSeconds(5));
        ChannelView due = await watch.Cluster.Reaches(watch.Channel, view => view.Operations.Length > 0, "the settlement");
        await channel.IntentChanged(due.Operations[0] with { State = IntentState.Refused });

        watch.Cluster.Advance(TimeSpan.FromHours(1));

        await watch.Cluster.Reaches(
            watch.Channel, view => view.Operations.Count(operation => operation.Kind == IntentKind.Settle) == 2, "another attempt");
    }

    /// <summary>An active channel with a consumer that closes it alone.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private readonly Party _consumer;
        private readonly Party _provider;
        private readonly int _finalityDepth;
        private ulong _index = 1;

        private Watch(GrainCluster cluster, Party consumer, Party provider, Terms terms, int finalityDepth)
        {
            _finalityDepth = finalityDepth;
            Cluster = cluster;
            _consumer = consumer;
            _provider = provider;
            Terms = terms;
            Channel = terms.ChannelId(cluster.Chain.Domain);
        }

        public GrainCluster Cluster { get; }

        public Terms Terms { get; }

        public ChannelId Channel { get; }

        public static async Task<Watch> Start(Action<GrainsOptions>? configure = null, int finalityDepth = 0, long pricePerMB = 1_000_000)
        {
            SimulatedChainOptions chain = GrainCluster.ChainOptions(finalityDepth, Period);
            GrainCluster cluster = await GrainCluster.Start(configure, chain);
            Party consumer = cluster.NewParty();
            Party provider = cluster.NewParty();
            var watch = new Watch(cluster, consumer, provider, cluster.NewTerms(consumer, provider, pricePerMB: pricePerMB), finalityDepth);
            await consumer.Send(cluster.Chain, new ChainCall.Approve(watch.Terms.Deposit(watch.Terms.CapacityBytes)));
            await consumer.Send(cluster.Chain, new ChainCall.Open(watch.Terms));
            await provider.Send(cluster.Chain, new ChainCall.Confirm(watch.Terms));
            cluster.Chain.Mine(finalityDepth);
            await cluster.Reaches(watch.Channel, ChannelPhase.Active);
            await cluster.FeedIsQuiet();
            return watch;
        }

        public async Task CloseWith(ulong consumerBytes)
        {
            await Close(consumerBytes);
            await Cluster.Reaches(Channel, ChannelPhase.Closing);
            await Cluster.FeedIsQuiet();
        }

        /// <summary>Closes it in a moment in which this operator's silos do not reach the chain.</summary>
        public async Task CloseUnseen(ulong consumerBytes)
        {
            Cluster.Chain.Automine = false;
            await Close(consumerBytes);
            Cluster.Chain.Faults.Down = true;
            Cluster.Chain.Mine();
            Cluster.Chain.Automine = true;
        }

        public async Task Submit(ulong? consumerBytes = null, ulong? providerBytes = null)
        {
            ulong index = Interlocked.Increment(ref _index);
            SubmitUnitsResult result = await Cluster.Grains.Channel(Channel).SubmitUnits(new UnitBatch
            {
                ConsumerUnits = consumerBytes is { } ofConsumer ? [_consumer.Unit(Terms, index, ofConsumer)] : [],
                ProviderUnits = providerBytes is { } ofProvider ? [_provider.Unit(Terms, index, ofProvider)] : [],
            });
            Assert.True(result.Refusal is UnitRefusal.None or UnitRefusal.Contradiction, $"{result.Refusal}");
        }

        public async Task<ulong> ConsumerBytesOnChain() => (await Cluster.Chain.GetChannelAsync(Channel, ReadAt.Latest)).ConsumerBytes;

        public Task Shows(ulong consumerBytes, ulong? providerBytes = null) => Eventually.TrueAsync(
            async () =>
            {
                Chain.ChannelView shown = await Cluster.Chain.GetChannelAsync(Channel, ReadAt.Latest);
                return shown.ConsumerBytes == consumerBytes && (providerBytes is null || shown.ProviderBytes == providerBytes);
            },
            $"{consumerBytes} and {providerBytes} bytes on chain");

        /// <summary>Waits until nothing that was asked for is still to be done.</summary>
        public Task OutboxIsQuiet() => Eventually.TrueAsync(
            async () => (await Cluster.Outbox.View()).Intents.All(intent => intent.State is IntentState.Succeeded or IntentState.Refused)
                && (await Cluster.Grains.Channel(Channel).View())!.Operations.All(intent => intent.State is IntentState.Succeeded or IntentState.Refused),
            "the outbox to be done");

        /// <summary>Waits until something else that was asked for later has been tried.</summary>
        public async Task OutboxGoesOnTo(Terms other)
        {
            SettlementIntent intent = SettlementIntent.Settle(other.ChannelId(Cluster.Chain.Domain), other);
            Assert.True((await Cluster.Outbox.Enqueue(intent)).Accepted);
            await Cluster.Ends(intent.OperationId);
        }

        /// <summary>How many this operator has paid for.</summary>
        public async Task<int> CountChallenges() => (await Cluster.Outbox.View()).Intents
            .Count(intent => intent.Kind == IntentKind.Challenge && intent.Nonce is not null);

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();

        private async Task Close(ulong consumerBytes)
        {
            await _consumer.Send(Cluster.Chain, new ChainCall.StartClose(Terms, _consumer.Unit(Terms, 1, consumerBytes), null));
            Cluster.Chain.Mine(_finalityDepth);
        }
    }
}
