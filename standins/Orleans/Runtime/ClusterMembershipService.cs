using System.Collections.Immutable;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>Shows the silos that take activations. A silo that died is gone at once: there is no voting within one process.</summary>
internal sealed class ClusterMembershipService(ClusterLink link) : IClusterMembershipService
{
    public ClusterMembershipSnapshot CurrentSnapshot => new(link.Cluster.ActiveSilos.ToImmutableDictionary(
        silo => silo.Address, silo => new ClusterMember(silo.Address, SiloStatus.Active, silo.Name)));
}
