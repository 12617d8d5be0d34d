using System.Collections.ObjectModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using StandIns.OrleansRuntime;

namespace Orleans.TestingHost;

/// <summary>The silos and the client of a test cluster; what both kinds of cluster share.</summary>
internal sealed class ClusterMembers(Func<int, IHost> buildSilo, Func<IHost> buildClient, TestClusterOptions? options)
{
    // A process-wide count of ports that nothing listens on: silos of one process do not speak over sockets.
    private static int s_port = 20_000;

    private readonly List<InProcessSiloHandle> _silos = [];
    private IHost? _client;
    private int _started;

    public IClusterClient Client => _client?.Services.GetRequiredService<IClusterClient>()
        ?? throw new InvalidOperationException("The client has not been initialized. Deploy the cluster, or call InitializeClientAsync, first.");

    public ReadOnlyCollection<InProcessSiloHandle> Silos
    {
        get
        {
            lock (_silos)
            {
                return new ReadOnlyCollection<InProcessSiloHandle>([.. _silos]);
            }
        }
    }

    public static int NextPort() => Interlocked.Increment(ref s_port);

    public async Task Deploy(int count, bool withClient)
    {
        for (int i = 0; i < count; i++)
        {
            await StartSilo();
        }

        if (withClient)
        {
            await StartClient();
        }
    }

    public Task<InProcessSiloHandle> StartSilo() => StartSilo(_started);

    public async Task<InProcessSiloHandle> StartSilo(int instanceNumber)
    {
        InProcessSiloHandle handle = await InProcessSiloHandle.StartAsync(buildSilo(instanceNumber), instanceNumber, options);
        lock (_silos)
        {
            _silos.Add(handle);
            _started = Math.Max(_started, instanceNumber + 1);
        }

        return handle;
    }

    public async Task Stop(SiloHandle handle, bool gracefully)
    {
        try
        {
            await handle.StopSiloAsync(gracefully);
        }
        finally
        {
            await handle.DisposeAsync();
            lock (_silos)
            {
                _silos.Remove((InProcessSiloHandle)handle);
            }
        }
    }

    public async Task StartClient()
    {
        IHost client = buildClient();
        await client.StartAsync();
        _client = client;
    }

    public async Task StopClient()
    {
        if (_client is { } client)
        {
            _client = null;
            await client.StopAsync();
            client.Dispose();
        }
    }

    public async Task StopAll()
    {
        await StopClient();
        foreach (InProcessSiloHandle silo in Silos.Reverse())
        {
            await Stop(silo, gracefully: true);
        }
    }

    public IServiceProvider Services(SiloAddress? silo) => silo is null
        ? Silos.First(each => each.IsActive).ServiceProvider
        : Silos.FirstOrDefault(each => each.SiloAddress.Equals(silo))?.ServiceProvider
            ?? throw new ArgumentException($"No silo with address {silo} is part of this cluster", nameof(silo));

    public bool TryGetGrainContext(GrainId grainId, out IGrainContext? context)
    {
        context = Find(grainId);
        return context is not null;
    }

    public Task WaitForDeactivation(GrainId grainId) => Find(grainId)?.Deactivated ?? Task.CompletedTask;

    public async Task Deactivate(GrainId grainId)
    {
        if (Find(grainId) is { } activation)
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "Deactivated by the test cluster."));
            await activation.Deactivated;
        }
    }

    private Activation? Find(GrainId grainId) => Silos
        .Where(each => each.IsActive)
        .SelectMany(each => each.ServiceProvider.GetRequiredService<SiloNode>().Activations)
        .FirstOrDefault(activation => activation.GrainId == grainId);
}
