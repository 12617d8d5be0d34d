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
}
