using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>Units are cumulative, so that a batch of a thousand costs one write and one signature check for each side.</summary>
public sealed class UnitBatchTests
{
    [Fact]
    public async Task FullBatch_CostsOneWrite_AndNoSignatureButTheNewestIsLookedAt()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, provider);
        IChannelGrain channel = cluster.Grains.Channel(await cluster.OpenActive(consumer, provider, terms));
        int before = cluster.Faults.Writes("channel");

        // A signature that nobody checks: one check of any would have the batch refused.
        SignedUnit[] batch = [.. Enumerable.Range(1, UnitBatch.MaxUnits - 1)
            .Select(i => new SignedUnit(consumer.Unit(terms, (ulong)i, (ulong)i * 1_000).Unit, default))
            .Append(consumer.Unit(terms, UnitBatch.MaxUnits, UnitBatch.MaxUnits * 1_000))];
        SubmitUnitsResult taken = await channel.SubmitUnits(new UnitBatch { ConsumerUnits = batch });

        Assert.Equal((UnitRefusal.None, (ulong)UnitBatch.MaxUnits), (taken.Refusal, taken.ConsumerIndex));
        Assert.Equal(before + 1, cluster.Faults.Writes("channel"));

        // Known or older: neither written nor checked again.
        Assert.True((await channel.SubmitUnits(new UnitBatch { ConsumerUnits = batch[..^1] })).Accepted);
        Assert.True((await channel.SubmitUnits(new UnitBatch { ConsumerUnits = [new SignedUnit(batch[^1].Unit, default)] })).Accepted);
        Assert.Equal(before + 1, cluster.Faults.Writes("channel"));
    }

    [Fact]
    public async Task BatchAboveTheLimit_IsRefused()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        Party consumer = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, cluster.NewParty());
        SignedUnit unit = consumer.Unit(terms, 1, 1_000);

        SubmitUnitsResult result = await cluster.Grains.Channel(terms.ChannelId(cluster.Chain.Domain))
            .SubmitUnits(new UnitBatch { ConsumerUnits = [.. Enumerable.Repeat(unit, UnitBatch.MaxUnits + 1)] });

        Assert.Equal(UnitRefusal.BatchSize, result.Refusal);
    }
}
