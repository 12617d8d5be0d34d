using Tachyon.Chain;
using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>
/// Two activations of every grain, on one storage and one chain, as for a moment after a silo died or for as long as a
/// network is torn: each record's etag lets one of them write, and the other answers an error and ends.
/// </summary>
public sealed class SplitBrainTests : IAsyncLifetime
{
    private GrainCluster _one = null!;
    private GrainCluster? _two;
    private Party _consumer = null!;
    private Party _provider = null!;

    private ulong SoonSeconds => _one.Clock.NowSeconds + 3_600;

    public async Task InitializeAsync()
    {
        _one = await GrainCluster.Start();
        _consumer = _one.NewParty();
        _provider = _one.NewParty();
    }

    public async Task DisposeAsync()
    {
        await (_two?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _one.DisposeAsync();
    }

    [Fact]
    public async Task Channel_TheLoserAcknowledgesNothing_AndEnds()
    {
        Terms terms = _one.NewTerms(_consumer, _provider);
        ChannelId channel = await _one.OpenActive(_consumer, _provider, terms);
        GrainCluster two = await StartSecond();
        await GrainCluster.Insist(() => _one.Grains.Channel(channel).SubmitUnits(Batch(terms, 5)));
        await GrainCluster.Insist(() => two.Grains.Channel(channel).SubmitUnits(Batch(terms, 6)));

        // The first has not seen that write.
        await Assert.ThrowsAsync<StorageFaultException>(() => _one.Grains.Channel(channel).SubmitUnits(Batch(terms, 7)));

        ChannelEvidence evidence = await GrainCluster.Insist(() => _one.Grains.Channel(channel).Evidence());
        Assert.Equal(6UL, evidence.ConsumerUnit!.Unit.Index);
        SubmitUnitsResult again = await GrainCluster.Insist(() => _one.Grains.Channel(channel).SubmitUnits(Batch(terms, 7)));
        Assert.Equal(UnitRefusal.None, again.Refusal);
    }

    [Fact]
    public async Task Provider_NeverPromisesASixthSlot()
    {
        Party[] consumers = [.. Enumerable.Range(0, 6).Select(_ => _one.NewParty())];
        ChannelId[] channels = [.. await Task.WhenAll(consumers.Select(consumer => _one.Open(consumer, _one.NewTerms(consumer, _provider))))];
        GrainCluster two = await StartSecond();
        _one.Chain.Automine = false;

        RelayResult[] results = [.. await Task.WhenAll(channels.Select((channel, i) => GrainCluster.Insist(
            () => (i % 2 == 0 ? _one : two).Grains.Provider(_provider.Address).Confirm(_provider.Confirm(channel, SoonSeconds)))))];

        Assert.Equal(5, results.Count(result => result.Accepted));
        Assert.Equal(RelayRefusal.SlotsFull, results.Single(result => !result.Accepted).Refusal);
    }

    [Fact]
    public async Task Outbox_WhatOneAcknowledged_IsKnownToWhoeverTakesOver()
    {
        SettlementIntent[] confirms = [await NewConfirm(), await NewConfirm(), await NewConfirm()];
        _one.Chain.Automine = false;
        GrainCluster two = await StartSecond();
        await GrainCluster.Insist(() => two.Outbox.View());

        // Each takes over from the other as often as it is called; the one that lost says so instead of acknowledging.
        foreach ((GrainCluster cluster, SettlementIntent confirm) in new[] { (_one, confirms[0]), (two, confirms[1]), (_one, confirms[2]) })
        {
            Assert.True((await GrainCluster.Insist(() => cluster.Outbox.Enqueue(confirm))).Accepted);
        }

        foreach (SettlementIntent confirm in confirms)
        {
            await GrainCluster.Insist(async () => (await two.Outbox.Find(confirm.OperationId))!);
            await GrainCluster.Insist(async () => (await _one.Outbox.Find(confirm.OperationId))!);
        }
    }

    [Fact]
    public async Task Outboxes_ThatBothWork_NeverSendTwoTransactionsOfOneNonce()
    {
        SettlementIntent[] confirms = new SettlementIntent[12];
        for (int i = 0; i < confirms.Length; i++)
        {
            confirms[i] = await NewConfirm();
        }

        _one.Chain.Automine = false;
        GrainCluster two = await StartSecond();
        Task enqueued = Task.WhenAll(confirms.Select((confirm, i) => GrainCluster.Insist(() => (i % 2 == 0 ? _one : two).Outbox.Enqueue(confirm))));
        await Eventually.TrueAsync(
            async () =>
            {
                _one.Chain.Mine();
                return await _one.Chain.GetNonceAsync(_one.Operator.Address, NonceScope.Mined) == (ulong)confirms.Length;
            },
            "every operation to be mined");
        await enqueued;

        // Each outbox sees what the other wrote only once it writes itself, so one of the two knows.
        await Eventually.TrueAsync(
            async () => (await Ended(_one)).Concat(await Ended(two)).Distinct().Count() == confirms.Length, "every operation to be known as done");

        Assert.Equal((ulong)confirms.Length, await _one.Chain.GetNonceAsync(_one.Operator.Address, NonceScope.Mined));
        Assert.All(_one.Transactions.CallsByNonce.Values, calls => Assert.Single(calls));
    }

    /// <summary>From here on there are two; what was read before may be old in one of them, and stays so until it writes.</summary>
    private async Task<GrainCluster> StartSecond()
    {
        await _one.FeedIsQuiet();
        return _two = await _one.StartSecond();
    }

    private static async Task<string[]> Ended(GrainCluster cluster) => await GrainCluster.Patiently(() => cluster.Outbox.View()!) is { } view
        ? [.. view.Intents.Where(intent => intent.State == IntentState.Succeeded).Select(intent => intent.OperationId)]
        : [];

    private async Task<SettlementIntent> NewConfirm()
    {
        Party consumer = _one.NewParty();
        Party provider = _one.NewParty();
        Terms terms = _one.NewTerms(consumer, provider);
        ChannelId channel = await _one.Open(consumer, terms);
        return SettlementIntent.Confirm(terms, provider.Confirm(channel, SoonSeconds));
    }

    private UnitBatch Batch(Terms terms, ulong index) => new() { ConsumerUnits = [_consumer.Unit(terms, index, index * 1_000_000)] };
}
