using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace StandIns.OrleansRuntime;

/// <summary>A client of a cluster whose silos run in the same process.</summary>
internal sealed class ClientNode(IServiceProvider services, Cluster cluster)
    : RuntimeNode(services, cluster, services.GetRequiredService<IOptions<ClientMessagingOptions>>().Value, "client")
{
    public override void OnSiloDead(RuntimeNode dead)
    {
    }
}
