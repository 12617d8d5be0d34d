using System.Collections.Immutable;

namespace Orleans.Runtime;

public enum SiloStatus
{
    None,
    Created,
    Joining,
    Active,
    ShuttingDown,
    Stopping,
    Dead,
}

/// <summary>The silos of the cluster, as this one sees them.</summary>
public interface IClusterMembershipService
{
    ClusterMembershipSnapshot CurrentSnapshot { get; }
}

public sealed class ClusterMembershipSnapshot(ImmutableDictionary<SiloAddress, ClusterMember> members)
{
    public ImmutableDictionary<SiloAddress, ClusterMember> Members { get; } = members;
}

public sealed class ClusterMember(SiloAddress siloAddress, SiloStatus status, string name)
{
    public SiloAddress SiloAddress { get; } = siloAddress;

    public SiloStatus Status { get; } = status;

    public string Name { get; } = name;
}
