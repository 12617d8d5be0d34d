using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using StandIns.OrleansRuntime;

namespace Orleans.TestingHost;

/// <summary>Several silos and a client in one process. The first silo is called Primary.</summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly ClusterMembers _members;
    private readonly IConfiguration _configuration;

    internal TestCluster(TestClusterOptions options, IConfiguration configuration)
    {
        Options = options;
        _configuration = configuration;
        _members = new ClusterMembers(BuildSilo, BuildClient, options);
    }

    public TestClusterOptions Options { get; }

    public SiloHandle? Primary => _members.Silos.FirstOrDefault(silo => silo.InstanceNumber == 0);

    public IReadOnlyList<SiloHandle> SecondarySilos => [.. _members.Silos.Where(silo => silo.InstanceNumber != 0)];

    public ReadOnlyCollection<SiloHandle> Silos => new([.. _members.Silos]);

    public IClusterClient Client => _members.Client;

    public IGrainFactory GrainFactory => Client;

    public IServiceProvider ServiceProvider => Client.ServiceProvider;

    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    public Task DeployAsync()
    {
        if (_members.Silos.Count > 0)
        {
            throw new InvalidOperationException("Cluster host already deployed.");
        }

        return _members.Deploy(Options.InitialSilosCount, Options.InitializeClientOnDeploy);
    }

    public IEnumerable<SiloHandle> GetActiveSilos() => _members.Silos.Where(silo => silo.IsActive);

    public SiloHandle? GetSiloForAddress(SiloAddress siloAddress) => _members.Silos.FirstOrDefault(silo => silo.SiloAddress.Equals(siloAddress));

    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) => _members.Services(silo);

    public bool TryGetGrainContext(GrainId grainId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IGrainContext? grainContext) =>
        _members.TryGetGrainContext(grainId, out grainContext);

    public Task WaitForDeactivationAsync(GrainId grainId) => _members.WaitForDeactivation(grainId);

    public Task WaitForDeactivationAsync(IAddressable grain) => WaitForDeactivationAsync(grain.GetGrainId());

    public Task DeactivateAsync(GrainId grainId) => _members.Deactivate(grainId);

    public Task DeactivateAsync(IAddressable grain) => DeactivateAsync(grain.GetGrainId());

    /// <summary>Returns at once: silos of one process see one another's end when it happens.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    public SiloHandle StartAdditionalSilo(bool startAdditionalSiloOnNewPort = false) => StartAdditionalSiloAsync(startAdditionalSiloOnNewPort).GetAwaiter().GetResult();

    public async Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false) => await _members.StartSilo();

    public async Task<List<SiloHandle>> StartAdditionalSilosAsync(int silosToStart, bool startAdditionalSiloOnNewPort = false)
    {
        List<SiloHandle> started = [];
        for (int i = 0; i < silosToStart; i++)
        {
            started.Add(await _members.StartSilo());
        }

        return started;
    }

    public Task InitializeClientAsync() => _members.StartClient();

    public Task StopClusterClientAsync() => _members.StopClient();

    public Task KillClientAsync() => _members.StopClient();

    public Task StopPrimarySiloAsync() => StopSiloAsync(Primary ?? throw new InvalidOperationException("There is no primary silo."));

    public async Task StopSecondarySilosAsync()
    {
        foreach (SiloHandle silo in SecondarySilos)
        {
            await StopSiloAsync(silo);
        }
    }

    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    public Task StopAllSilosAsync() => _members.StopAll();

    /// <summary>Stops a silo in order: its grains deactivate, and activate elsewhere when next called.</summary>
    public Task StopSiloAsync(SiloHandle instance) => _members.Stop(instance, gracefully: true);

    /// <summary>Ends a silo as if its process had died: its grains are gone without notice.</summary>
    public Task KillSiloAsync(SiloHandle instance) => _members.Stop(instance, gracefully: false);

    public async Task<SiloHandle?> RestartSiloAsync(SiloHandle instance)
    {
        if (instance is null)
        {
            return null;
        }

        short instanceNumber = instance.InstanceNumber;
        await StopSiloAsync(instance);
        return await _members.StartSilo(instanceNumber);
    }

    public async ValueTask DisposeAsync()
    {
        await _members.StopAll();
        GC.SuppressFinalize(this);
    }

    public void Dispose()
    {
        _members.StopAll().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    private IHost BuildSilo(int instanceNumber)
    {
        IHostBuilder builder = NewHost();
        builder.UseOrleans((_, silo) =>
        {
            int port = ClusterMembers.NextPort();
            silo.Services.Configure<SiloOptions>(options => options.SiloName = instanceNumber == 0 ? "Primary" : $"Secondary_{instanceNumber}");
            silo.Services.Configure<EndpointOptions>(options =>
            {
                options.SiloPort = port;
                options.GatewayPort = port + 20_000;
            });
            Join(silo.Services);
            foreach (object configurator in Make(Options.SiloBuilderConfiguratorTypes))
            {
                (configurator as ISiloConfigurator)?.Configure(silo);
            }
        });
        Configure(builder, Options.SiloBuilderConfiguratorTypes);
        return builder.Build();
    }

    private IHost BuildClient()
    {
        IHostBuilder builder = NewHost();
        builder.UseOrleansClient((context, client) =>
        {
            Join(client.Services);
            foreach (object configurator in Make(Options.ClientBuilderConfiguratorTypes))
            {
                (configurator as IClientBuilderConfigurator)?.Configure(context.Configuration, client);
            }
        });
        Configure(builder, Options.ClientBuilderConfiguratorTypes);
        return builder.Build();
    }

    private IHostBuilder NewHost() => new HostBuilder().ConfigureHostConfiguration(configuration => configuration.AddConfiguration(_configuration));

    private void Join(IServiceCollection services)
    {
        services.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = Options.ClusterId;
            options.ServiceId = Options.ServiceId;
        });
        services.Configure<ClusterLinkOptions>(link => link.Meeting = "test");
    }

    private static IEnumerable<object> Make(IEnumerable<string?> types) => types
        .Where(type => type is not null)
        .Select(type => Activator.CreateInstance(Type.GetType(type!, throwOnError: true)!)!);

    private static void Configure(IHostBuilder builder, IEnumerable<string?> types)
    {
        foreach (object configurator in Make(types))
        {
            (configurator as IHostConfigurator)?.Configure(builder);
        }
    }
}
