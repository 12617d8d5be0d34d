using System.Diagnostics;
using Tachyon.Chain;
using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Gateway;
using Tachyon.Silo.Health;

namespace Tachyon.Silo.Rest;

/// <summary>This silo, and the others of its cluster.</summary>
internal static class NodeEndpoints
{
    public static void MapNode(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/node", ShowNode).WithName("getNode").WithSummary("This silo: health, connections, memory, what it settles on");
        routes.MapGet("/v1/cluster", ShowCluster).WithName("getCluster").WithSummary("The silos of the cluster, as this one sees them");
    }

    private static NodeDocument ShowNode(
        SiloMonitor monitor, EdgeRegistry edges, ISettlementChain chain, IAccountSigner account, SiloSettings settings, ILocalSiloDetails silo, TimeProvider time)
    {
        using var process = Process.GetCurrentProcess();
        return new NodeDocument(
            HealthEndpoints.Version,
            silo.SiloAddress.ToString(),
            (long)(time.GetUtcNow() - process.StartTime.ToUniversalTime()).TotalSeconds,
            ReadyDocument.Of(monitor.Health),
            edges.Connections,
            edges.Edges,
            process.WorkingSet64,
            account.Address.ToString(),
            DomainExport.Of(chain.Domain),
            settings.Storage.Provider.ToString().ToLowerInvariant(),
            settings.Cluster.Provider.ToString().ToLowerInvariant());
    }

    private static ClusterDocument ShowCluster(IClusterMembershipService membership, ILocalSiloDetails silo) => new(
        silo.ClusterId,
        [
            .. membership.CurrentSnapshot.Members.Values
                .OrderBy(member => member.SiloAddress)
                .Select(member => new SiloDocument(
                    member.Name, member.SiloAddress.ToString(), member.Status.ToString().ToLowerInvariant(), member.SiloAddress.Equals(silo.SiloAddress))),
        ]);
}
