using System.Reflection;
using Orleans.Runtime;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Storage that fails on purpose, before and after the write, under every grain that writes.</summary>
public sealed class StorageFailureTests
{
    public static TheoryData<string, bool> EveryStateAndFailure()
    {
        var all = new TheoryData<string, bool>();
        foreach (string state in States())
        {
            all.Add(state, false);
            all.Add(state, true);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(EveryStateAndFailure))]
    public async Task WritesThatFailEverySecondTime_CostNobodyAnything(string stateName, bool afterWriting)
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        cluster.Faults.FailEverySecond(stateName, afterWriting);

        await new ChannelStory(cluster).Run();

        Assert.True(cluster.Faults.Failures > 0, $"no write of '{stateName}' failed, so nothing was tried");
    }

    /// <summary>The states that the grains' constructors ask for.</summary>
    private static IEnumerable<string> States() =>
        from type in typeof(GrainsOptions).Assembly.GetTypes()
        where type.IsAssignableTo(typeof(Grain))
        from constructor in type.GetConstructors()
        from parameter in constructor.GetParameters()
        let attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()
        where attribute is not null
        orderby attribute.StateName
        select attribute.StateName;
}
