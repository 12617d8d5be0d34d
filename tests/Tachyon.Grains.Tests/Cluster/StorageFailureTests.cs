namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Storage that fails on purpose, before and after the write, under every grain that writes.</summary>
public sealed class StorageFailureTests
{
    private static readonly string[] Kinds = ["channel", "provider", "outbox", "feed", "deadlines"];

    public static TheoryData<string, bool> EveryKindAndFailure()
    {
        var all = new TheoryData<string, bool>();
        foreach (string kind in Kinds)
        {
            all.Add(kind, false);
            all.Add(kind, true);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(EveryKindAndFailure))]
    public async Task WritesOfAKind_ThatFailEverySecondTime_CostNobodyAnything(string kind, bool afterWriting)
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        cluster.Faults.FailEverySecond(kind, afterWriting, seed: 1);

        await new ChannelStory(cluster).Run();

        Assert.True(cluster.Faults.Failures > 0, $"no write of '{kind}' failed, so nothing was tried");
        Assert.Equal(Kinds.Order(), cluster.Faults.KindsWritten.Order());
    }
}
