using Tachyon.Chain;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Messages that come twice, late, or long after newer ones: asking again for what was done does nothing.</summary>
public sealed class MessageFaultTests
{
    [Fact]
    public async Task EveryMessageDeliveredTwice_ChangesNoOutcome()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        cluster.Messages.Twice = true;

        await new ChannelStory(cluster).Run();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task MessagesThatOvertakeEachOther_ChangeNoOutcome(int seed)
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        cluster.Messages.Shuffle(seed);
        cluster.Messages.Twice = true;

        await new ChannelStory(cluster).Run();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task OldMessagesDeliveredAgain_AfterEveryStep_ChangeNoOutcome(int seed)
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        int delivery = 0;

        await new ChannelStory(cluster).Run(() => cluster.Messages.DeliverAgain(seed + (100 * delivery++)));
    }

    [Fact]
    public async Task RefusalsAndAcceptances_WithEveryMessageTwice_ChangeNoOutcome()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        cluster.Messages.Twice = true;

        await new RefusalStory(cluster).Run();
        Assert.Contains(cluster.Messages.Methods, method => method.Name == nameof(IChannelGrain.RequestClose));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task RefusalsAndAcceptances_WhoseMessagesOvertakeEachOther_ChangeNoOutcome(int seed)
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        cluster.Messages.Shuffle(seed);
        cluster.Messages.Twice = true;

        await new RefusalStory(cluster).Run();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task RefusalsAndAcceptances_DeliveredAgainAfterEveryStep_ChangeNoOutcome(int seed)
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        int delivery = 0;

        await new RefusalStory(cluster).Run(() => cluster.Messages.DeliverAgain(seed + (100 * delivery++)));
    }

    [Fact]
    public async Task DeadlineTakenOffByAMessageThatCameLate_IsSetAgain()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, provider);
        ChannelId channel = await cluster.OpenActive(consumer, provider, terms);
        await consumer.Send(cluster.Chain, new ChainCall.StartClose(terms, null, null));
        await cluster.Reaches(channel, ChannelPhase.Closing);
        await cluster.FeedIsQuiet();

        await cluster.Grains.DeadlinesOf(channel).Set(channel, null);

        await Eventually.TrueAsync(async () => await cluster.Grains.DeadlinesOf(channel).Count() == 1, "the deadline to be set again");
    }
}
