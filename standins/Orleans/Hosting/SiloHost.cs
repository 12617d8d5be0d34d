using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>Starts and stops a silo with its host.</summary>
internal sealed partial class SiloHost(IServiceProvider services, SiloLifecycle lifecycle, IOptions<EndpointOptions> endpoint, ILogger<SiloHost> logger) : IHostedService
{
    private readonly List<TcpListener> _ports = [];
    private SiloNode? _silo;

    public bool IsKilled { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (IConfigurationValidator validator in services.GetServices<IConfigurationValidator>())
        {
            validator.ValidateConfiguration();
        }

        ApplicationParts.EnsureChecked();
        ClusterLink link = services.GetRequiredService<ClusterLink>();
        Cluster cluster = link.Cluster;
        if (link.TakesPorts)
        {
            TakePorts();
            Cluster.Gateways[endpoint.Value.GatewayPort] = cluster;
        }

        _silo = services.GetRequiredService<SiloNode>();
        foreach (ILifecycleParticipant<ISiloLifecycle> participant in services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
        {
            participant.Participate(lifecycle);
        }

        lifecycle.Subscribe("membership", ServiceLifecycleStage.BecomeActive, new Stage(
            () =>
            {
                cluster.Activate(_silo);
                _silo.StartCollector();
                return Task.CompletedTask;
            },
            () =>
            {
                cluster.Deactivate(_silo);
                return Task.CompletedTask;
            }));
        lifecycle.Subscribe("grains", ServiceLifecycleStage.GrainDeactivation, new Stage(() => Task.CompletedTask, DeactivateGrains));
        cluster.Join(_silo);
        try
        {
            await lifecycle.OnStart(cancellationToken);
        }
        catch
        {
            Close(cluster);
            throw;
        }

        LogStarted(_silo.Name, _silo.Address);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_silo is not { } silo || IsKilled)
        {
            return;
        }

        try
        {
            await lifecycle.OnStop(cancellationToken);
        }
        finally
        {
            silo.Cluster.Bury(silo);
            silo.StopCalls();
            Close(silo.Cluster);
        }
    }

    /// <summary>Ends the silo without its grains or neighbours being told.</summary>
    public void Kill()
    {
        if (_silo is { } silo && !IsKilled)
        {
            IsKilled = true;
            silo.Kill();
            Close(silo.Cluster);
        }
    }

    private async Task DeactivateGrains()
    {
        using CancellationTokenSource timeout = new(_silo!.Collection.DeactivationTimeout);
        try
        {
            await _silo.DeactivateAll(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            LogStuck(_silo.Name);
        }
    }

    private void TakePorts()
    {
        EndpointOptions options = endpoint.Value;
        if (options.SiloPort == 0)
        {
            throw new OrleansConfigurationException($"No listening port specified. Use {nameof(EndpointOptions)}.{nameof(EndpointOptions.SiloPort)}");
        }

        foreach (IPEndPoint wanted in new[]
        {
            options.SiloListeningEndpoint ?? new IPEndPoint(options.AdvertisedIPAddress, options.SiloPort),
            options.GatewayListeningEndpoint ?? new IPEndPoint(options.AdvertisedIPAddress, options.GatewayPort),
        }.Where(each => each.Port != 0))
        {
            TcpListener listener = new(wanted) { ExclusiveAddressUse = true };
            listener.Start();
            _ports.Add(listener);
        }
    }

    private void Close(Cluster cluster)
    {
        foreach (TcpListener port in _ports)
        {
            port.Dispose();
        }

        if (_ports.Count > 0)
        {
            Cluster.Gateways.TryRemove(new KeyValuePair<int, Cluster>(endpoint.Value.GatewayPort, cluster));
        }

        _ports.Clear();
        cluster.Leave(_silo!);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Name} started at {Address} (in-process stand-in for Orleans)")]
    private partial void LogStarted(string name, SiloAddress address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Name} stopped before all of its grains had deactivated")]
    private partial void LogStuck(string name);

    private sealed class Stage(Func<Task> start, Func<Task> stop) : ILifecycleObserver
    {
        public Task OnStart(CancellationToken cancellationToken = default) => start();

        public Task OnStop(CancellationToken cancellationToken = default) => stop();
    }
}

/// <summary>Connects a client with its host.</summary>
internal sealed class ClientHost(IServiceProvider services) : IHostedService
{
    private ClientNode? _client;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (IConfigurationValidator validator in services.GetServices<IConfigurationValidator>())
        {
            validator.ValidateConfiguration();
        }

        ApplicationParts.EnsureChecked();
        _client = services.GetRequiredService<ClientNode>();
        _client.Cluster.Join(_client);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_client is { } client)
        {
            client.StopCalls();
            client.Cluster.Leave(client);
        }

        return Task.CompletedTask;
    }
}
