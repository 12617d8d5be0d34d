using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Session;
using Orleans.Storage;
using Orleans.Timers;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>What a silo or client registers.</summary>
internal static class SiloServices
{
    public static void AddSilo(IServiceCollection services)
    {
        if (services.Any(each => each.ServiceType == typeof(SiloNode)))
        {
            return;
        }

        AddCommon(services);
        services.TryAddSingleton<ClusterLink>();
        services.AddSingleton<ILocalSiloDetails, LocalSiloDetails>();
        services.AddSingleton<IClusterMembershipService, ClusterMembershipService>();
        services.AddSingleton(provider => new SiloNode(provider, provider.GetRequiredService<ClusterLink>().Cluster, provider.GetRequiredService<ILocalSiloDetails>()));
        services.AddSingleton<IClusterClient>(provider => provider.GetRequiredService<SiloNode>().Factory);
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<SiloNode>().Factory);
        services.AddSingleton<SiloLifecycle>();
        services.AddSingleton<ISiloLifecycleSubject>(provider => provider.GetRequiredService<SiloLifecycle>());
        services.AddSingleton<ISiloLifecycle>(provider => provider.GetRequiredService<SiloLifecycle>());
        services.TryAddSingleton<ITimerRegistry, TimerRegistry>();
        services.AddSingleton<GrainRuntime>();
        services.AddSingleton<IGrainRuntime>(provider => provider.GetRequiredService<GrainRuntime>());
        services.AddSingleton<IGrainContextAccessor>(provider => provider.GetRequiredService<GrainRuntime>());
        services.TryAddSingleton<IPersistentStateFactory, PersistentStateFactory>();
        services.TryAddSingleton<IGrainStorageSerializer>(_ => new JsonGrainStorageSerializer());
        services.AddSingleton<SiloHost>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SiloHost>());
        services.AddSingleton<IPostConfigureOptions<SiloOptions>, SiloNameDefault>();
    }

    public static void AddClient(IServiceCollection services)
    {
        if (services.Any(each => each.ServiceType == typeof(ClientNode)))
        {
            return;
        }

        AddCommon(services);
        services.TryAddSingleton<ClusterLink>();
        services.AddSingleton(provider => new ClientNode(provider, provider.GetRequiredService<ClusterLink>().Cluster));
        services.AddSingleton<IClusterClient>(provider => provider.GetRequiredService<ClientNode>().Factory);
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<ClientNode>().Factory);
        services.AddSingleton<IHostedService, ClientHost>();
    }

    private static void AddCommon(IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, static (provider, _) => provider.GetRequiredService<TimeProvider>());
        services.TryAddSingleton(_ =>
        {
            // Converters have to be known before the first codec is made.
            ApplicationParts.Types();
            return CodecCatalog.Shared;
        });
        services.TryAddSingleton(provider => new SerializerSessionPool(provider.GetRequiredService<CodecCatalog>()));
        services.TryAddSingleton<Serializer>();
        services.TryAddSingleton(typeof(Serializer<>));
        services.TryAddSingleton(provider => new DeepCopier(provider.GetRequiredService<CodecCatalog>()));
        services.AddSingleton<IConfigurationValidator, ClusterOptionsValidator>();
    }

    private sealed class SiloNameDefault : IPostConfigureOptions<SiloOptions>
    {
        public void PostConfigure(string? name, SiloOptions options) =>
            options.SiloName ??= $"Silo_{Guid.NewGuid().ToString("N")[..5]}";
    }

    private sealed class ClusterOptionsValidator(IOptions<ClusterOptions> options) : IConfigurationValidator
    {
        public void ValidateConfiguration()
        {
            if (string.IsNullOrWhiteSpace(options.Value.ClusterId))
            {
                throw new OrleansConfigurationException($"Configuration error: {nameof(ClusterOptions)}.{nameof(ClusterOptions.ClusterId)} is not set");
            }

            if (string.IsNullOrWhiteSpace(options.Value.ServiceId))
            {
                throw new OrleansConfigurationException($"Configuration error: {nameof(ClusterOptions)}.{nameof(ClusterOptions.ServiceId)} is not set");
            }
        }
    }

    private sealed class LocalSiloDetails : ILocalSiloDetails
    {
        public LocalSiloDetails(IOptions<SiloOptions> silo, IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoint)
        {
            Name = silo.Value.SiloName;
            ClusterId = cluster.Value.ClusterId;
            int generation = SiloAddress.AllocateNewGeneration();
            SiloAddress = SiloAddress.New(endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort, generation);
            GatewayAddress = SiloAddress.New(endpoint.Value.AdvertisedIPAddress, endpoint.Value.GatewayPort, generation);
        }

        public string Name { get; }

        public string ClusterId { get; }

        public string DnsHostName { get; } = System.Net.Dns.GetHostName();

        public SiloAddress SiloAddress { get; }

        public SiloAddress GatewayAddress { get; }
    }
}
