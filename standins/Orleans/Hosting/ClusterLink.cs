using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>How silos and clients of this process find one another: by the primary's port, or by a test cluster's name.</summary>
internal sealed class ClusterLinkOptions
{
    /// <summary>Null until a UseXyzClustering method was called.</summary>
    public string? Meeting { get; set; }

    /// <summary>The gateway that a client looks for.</summary>
    public int? GatewayPort { get; set; }

    /// <summary>Whether the silo takes its ports, so that two of them on one port fail as real ones do.</summary>
    public bool TakesPorts { get; set; }
}

internal sealed class ClusterLink(IOptions<ClusterLinkOptions> link, IOptions<ClusterOptions> cluster)
{
    public bool TakesPorts => link.Value.TakesPorts;

    /// <exception cref="SiloUnavailableException">No silo of this process has the gateway that a client looks for.</exception>
    public Cluster Cluster => link.Value.GatewayPort is not { } port
        ? Cluster.Get($"{link.Value.Meeting ?? throw Missing()}/{cluster.Value.ServiceId}/{cluster.Value.ClusterId}")
        : Cluster.Gateways.TryGetValue(port, out Cluster? found) ? found
        : throw new SiloUnavailableException($"Could not find a gateway at port {port}: a client of the stand-in reaches silos of its own process only");

    private static InvalidOperationException Missing() => new(
        "Clustering has not been configured. Configure clustering using one of the clustering packages, such as: UseLocalhostClustering");
}
