using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>How silos and clients of this process find one another: by the primary's port, or by a test cluster's name.</summary>
internal sealed class ClusterLinkOptions
{
    /// <summary>Null until a UseXyzClustering method was called.</summary>
    public string? Meeting { get; set; }

    /// <summary>Whether the silo takes its ports, so that two of them on one port fail as real ones do.</summary>
    public bool TakesPorts { get; set; }
}

internal sealed class ClusterLink(IOptions<ClusterLinkOptions> link, IOptions<ClusterOptions> cluster)
{
    public bool TakesPorts => link.Value.TakesPorts;

    public Cluster Cluster => Cluster.Get($"{link.Value.Meeting ?? throw Missing()}/{cluster.Value.ServiceId}/{cluster.Value.ClusterId}");

    private static OrleansConfigurationException Missing() => new(
        "Clustering has not been configured. Configure clustering using one of the clustering packages, such as: UseLocalhostClustering");
}
