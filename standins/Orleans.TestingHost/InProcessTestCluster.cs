using System.Collections.ObjectModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Runtime;
using StandIns.OrleansRuntime;

namespace Orleans.TestingHost;

/// <summary>Several silos and a client in one process, configured by delegates.</summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private readonly ClusterMembers _members;

    internal InProcessTestCluster(InProcessTestClusterOptions options)
    {
        Options = options;
        _members = new ClusterMembers(BuildSilo, BuildClient, null);
    }

    public InProcessTestClusterOptions Options { get; }

    public ReadOnlyCollection<InProcessSiloHandle> Silos => _members.Silos;

    public IClusterClient Client => _members.Client;

    public Task DeployAsync() => _members.Silos.Count > 0
        ? throw new InvalidOperationException("Cluster host already deployed.")
        : _members.Deploy(Options.InitialSilosCount, Options.InitializeClientOnDeploy);

    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => _members.Silos.Where(silo => silo.IsActive);

    public InProcessSiloHandle? GetSiloForAddress(SiloAddress siloAddress) => _members.Silos.FirstOrDefault(silo => silo.SiloAddress.Equals(siloAddress));

    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) => _members.Services(silo);

    public bool TryGetGrainContext(GrainId grainId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IGrainContext? grainContext) =>
        _members.TryGetGrainContext(grainId, out grainContext);

    public Task WaitForDeactivationAsync(GrainId grainId) => _members.WaitForDeactivation(grainId);

    public Task WaitForDeactivationAsync(IAddressable grain) => WaitForDeactivationAsync(grain.GetGrainId());

    public Task DeactivateAsync(GrainId grainId) => _members.Deactivate(grainId);

    public Task DeactivateAsync(IAddressable grain) => DeactivateAsync(grain.GetGrainId());

    /// <summary>Returns at once: silos of one process see one another's end when it happens.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    public InProcessSiloHandle StartAdditionalSilo() => StartAdditionalSiloAsync().GetAwaiter().GetResult();

    public Task<InProcessSiloHandle> StartAdditionalSiloAsync() => _members.StartSilo();

    public Task InitializeClientAsync() => _members.StartClient();

    public Task StopClusterClientAsync() => _members.StopClient();

    public Task KillClientAsync() => _members.StopClient();

    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    public Task StopAllSilosAsync() => _members.StopAll();

    /// <summary>Stops a silo in order: its grains deactivate, and activate elsewhere when next called.</summary>
    public Task StopSiloAsync(InProcessSiloHandle instance) => _members.Stop(instance, gracefully: true);

    /// <summary>Ends a silo as if its process had died: its grains are gone without notice.</summary>
    public Task KillSiloAsync(InProcessSiloHandle instance) => _members.Stop(instance, gracefully: false);

    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        if (instance is null)
        {
            return null;
        }

        short instanceNumber = instance.InstanceNumber;
        await StopSiloAsync(instance);
        return await _members.StartSilo(instanceNumber);
    }

    public ValueTask DisposeAsync() => new(_members.StopAll());

    public void Dispose() => _members.StopAll().GetAwaiter().GetResult();

    private IHost BuildSilo(int instanceNumber)
    {
        int port = ClusterMembers.NextPort();
        InProcessTestSiloSpecificOptions specific = new() { SiloName = $"Silo_{instanceNumber}", SiloPort = port, GatewayPort = port + 20_000 };
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = specific.SiloName });
        builder.UseOrleans(silo =>
        {
            silo.Services.Configure<SiloOptions>(options => options.SiloName = specific.SiloName);
            silo.Services.Configure<EndpointOptions>(options =>
            {
                options.SiloPort = specific.SiloPort;
                options.GatewayPort = specific.GatewayPort;
            });
            Join(silo.Services);
        });
        foreach (Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder> configure in Options.SiloHostConfigurationDelegates)
        {
            configure(specific, builder);
        }

        return builder.Build();
    }

    private IHost BuildClient()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "TestClusterClient" });
        builder.UseOrleansClient(client => Join(client.Services));
        foreach (Action<IHostApplicationBuilder> configure in Options.ClientHostConfigurationDelegates)
        {
            configure(builder);
        }

        return builder.Build();
    }

    private void Join(IServiceCollection services)
    {
        services.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = Options.ClusterId;
            options.ServiceId = Options.ServiceId;
        });
        services.Configure<ClusterLinkOptions>(link => link.Meeting = "test");
    }
}
