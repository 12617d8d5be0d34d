using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>Channels that do not exist: anyone can name them, as many and as often as it likes.</summary>
public sealed class UnknownChannelTests
{
    [Fact]
    public async Task CallsThatNameAnUnknownChannel_LeaveNothingInMemory_AndNothingInStorage()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, provider);
        ChannelId id = terms.ChannelId(cluster.Chain.Domain);
        IChannelGrain channel = cluster.Grains.Channel(id);
        ulong soon = cluster.Clock.NowSeconds + 3_600;
        IChannelObserver observer = cluster.Grains.CreateObjectReference<IChannelObserver>(new RecordingChannelObserver());
        var calls = new Dictionary<string, Func<Task>>
        {
            ["view"] = channel.View,
            ["evidence"] = channel.Evidence,
            ["units"] = async () => Assert.Equal(
                UnitRefusal.UnknownChannel,
                (await channel.SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(terms, 1, 1_000)] })).Refusal),
            ["closure"] = async () => Assert.Equal(
                ClosureRefusal.UnknownChannel, (await channel.SubmitClosure(consumer.Closure(terms, 1_000, soon))).Refusal),
            ["close"] = async () => Assert.Equal(RelayRefusal.UnknownChannel, (await channel.RequestClose(consumer.Close(id, soon))).Refusal),
            ["deadline"] = channel.DeadlineReached,
            ["operator"] = async () => Assert.Empty(await channel.ActNow(claim: true)),
            ["end of an operation"] = () => channel.IntentChanged(Ended(id)),
            ["events in the middle"] = async () => Assert.Equal(
                ObserveResult.HistoryNeeded,
                await channel.ObserveChain(new ChannelEventBatch { Events = [ChainEvents.Of(ChannelChainEventKind.Confirmed)], UpToBlock = 1 })),
            ["an empty history"] = async () => Assert.Equal(
                ObserveResult.Applied, await channel.ObserveChain(new ChannelEventBatch { Events = [], ReplacesHistory = true, UpToBlock = 1 })),
            ["unsubscription"] = async () =>
            {
                await channel.Subscribe(observer);
                await channel.Unsubscribe(observer);
            },
        };

        foreach ((string name, Func<Task> call) in calls)
        {
            // Only a new activation reads the record, so what was there before it is gone.
            int before = cluster.Faults.Reads("channel");
            await Eventually.TrueAsync(
                async () =>
                {
                    await call();
                    cluster.Clock.Advance(TimeSpan.FromSeconds(1));
                    return cluster.Faults.Reads("channel") >= before + 2;
                },
                $"two activations by: {name}");
        }

        Assert.Equal(0, cluster.Faults.Writes("channel"));

        // The head of its shard is written when the shard starts, whoever called.
        Assert.Equal(0, cluster.Faults.Writes("deadlines-0"));
    }

    [Fact]
    public async Task BurstOfCalls_ToOneUnknownChannel_IsAnsweredByOneActivation()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        Party consumer = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, cluster.NewParty());
        IChannelGrain channel = cluster.Grains.Channel(terms.ChannelId(cluster.Chain.Domain));
        int before = cluster.Faults.Reads("channel");

        SubmitUnitsResult[] results = await Task.WhenAll(Enumerable.Range(1, 200).Select(index =>
            channel.SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(terms, (ulong)index, 1_000)] })));

        Assert.All(results, result => Assert.Equal(UnitRefusal.UnknownChannel, result.Refusal));
        Assert.Equal(before + 1, cluster.Faults.Reads("channel"));
    }

    [Fact]
    public async Task ChannelThatIsOver_LeavesMemoryWhenTheChainHasSaidSo_AndIsThereWhenItIsAskedFor()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, provider);
        IChannelGrain channel = cluster.Grains.Channel(terms.ChannelId(cluster.Chain.Domain));
        var history = new ChannelEventBatch
        {
            Events = [ChainEvents.Of(ChannelChainEventKind.Opened, 1, terms), ChainEvents.Of(ChannelChainEventKind.Declined, 2)],
            UpToBlock = 2,
        };
        Assert.Equal(ObserveResult.Applied, await channel.ObserveChain(history));
        int before = cluster.Faults.Reads("channel");

        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(ChannelPhase.Declined, (await channel.View())!.Phase);
                cluster.Clock.Advance(TimeSpan.FromSeconds(1));
                return cluster.Faults.Reads("channel") > before;
            },
            "another activation");
        int writes = cluster.Faults.Writes("channel");
        Assert.Equal(ObserveResult.Applied, await channel.ObserveChain(history));

        Assert.Equal(writes, cluster.Faults.Writes("channel"));
    }

    [Fact]
    public async Task UnknownChannelThatIsWatched_StaysUntilItIsKnown_AndThenTellsItsWatcher()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, provider);
        var observer = new RecordingChannelObserver();
        await cluster.Grains.Channel(terms.ChannelId(cluster.Chain.Domain))
            .Subscribe(cluster.Grains.CreateObjectReference<IChannelObserver>(observer));

        Assert.Null(await cluster.Grains.Channel(terms.ChannelId(cluster.Chain.Domain)).View());
        await cluster.Open(consumer, terms);

        await Eventually.TrueAsync(() => observer.Views.Any(view => view.Phase == ChannelPhase.Opened), "the opened channel to be pushed");
    }

    [Fact]
    public async Task UnitsOfUnknownChannels_HoweverMany_CostTheEndpointAFewLooksOnly()
    {
        await using GrainCluster cluster = await GrainCluster.Start(options =>
        {
            options.FeedPollInterval = TimeSpan.FromMinutes(1);
            options.OutboxPollInterval = TimeSpan.FromMinutes(1);
            options.OutboxReplaceAfter = TimeSpan.FromMinutes(1);
        });
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        await Eventually.TrueAsync(async () => (await cluster.Feed.Status()).AnsweredAtMs > 0, "the first look");
        ulong first = (await cluster.Feed.Status()).AnsweredAtMs;
        HashSet<ulong> looks = [];

        // Each burst comes after the grains' clock has moved on, so that no silo holds it back.
        for (int burst = 0; burst < 20; burst++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            ulong before = (await cluster.Feed.Status()).AnsweredAtMs;
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Submit()));
            if (looks.Count < ChainFeedLooks)
            {
                await Eventually.TrueAsync(async () => (await cluster.Feed.Status()).AnsweredAtMs > before, "the look that was asked for");
            }

            looks.Add((await cluster.Feed.Status()).AnsweredAtMs);
        }

        Assert.Equal(ChainFeedLooks, looks.Count(look => look > first));

        async Task Submit()
        {
            Terms terms = cluster.NewTerms(consumer, provider);
            await cluster.Grains.Channel(terms.ChannelId(cluster.Chain.Domain))
                .SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(terms, 1, 1_000)] });
        }
    }

    /// <summary>The most looks that others can cause between two regular ones.</summary>
    private const int ChainFeedLooks = 4;

    private static IntentView Ended(ChannelId id) => new()
    {
        OperationId = $"settle:{id}",
        Kind = IntentKind.Settle,
        ChannelId = id,
        State = IntentState.Succeeded,
    };
}
