using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.StandIn.Tests;

public sealed class HostingTests
{
    [Fact]
    public async Task UseOrleans_OnAHostBuilder_RunsASiloThatAClientOfTheProcessReaches()
    {
        (int silo, int gateway) = (FreePort(), FreePort());
        using IHost host = new HostBuilder().UseOrleans(builder => builder.UseLocalhostClustering(silo, gateway)).Build();
        await host.StartAsync();
        HostApplicationBuilder clientBuilder = Host.CreateApplicationBuilder();
        clientBuilder.UseOrleansClient(builder => builder.UseLocalhostClustering(gateway));
        using IHost client = clientBuilder.Build();
        await client.StartAsync();
        Assert.Equal(4, await client.Services.GetRequiredService<IClusterClient>().GetGrain<ICounter>("x").Add(4));
        Assert.Equal(4, await host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounter>("x").Value());
        await client.StopAsync();
        await host.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounter>("x").Value().AsTask());
    }

    [Fact]
    public async Task UseOrleans_PortTaken_Fails()
    {
        (int silo, int gateway) = (FreePort(), FreePort());
        using IHost first = Silo(silo, gateway);
        await first.StartAsync();
        using IHost second = Silo(silo, gateway);
        await Assert.ThrowsAsync<SocketException>(() => second.StartAsync());
        await first.StopAsync();
    }

    [Fact]
    public async Task UseOrleans_WithoutClustering_IsRefused()
    {
        using IHost host = new HostBuilder().UseOrleans(_ => { }).Build();
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
    }

    [Fact]
    public async Task Lifecycle_RunsStagesUpwardsAndBack_WithGrainsBetween()
    {
        List<string> log = [];
        (int silo, int gateway) = (FreePort(), FreePort());
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(orleans =>
        {
            orleans.UseLocalhostClustering(silo, gateway);
            orleans.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Stages(log));
            orleans.AddStartupTask(async (services, _) =>
            {
                log.Add("startup");
                await services.GetRequiredService<IGrainFactory>().GetGrain<ICounter>("started").Add(1);
            });
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        Assert.Equal(["storage-start", "application-start", "startup", "application-stop", "storage-stop"], log);
    }

    [Fact]
    public async Task Options_AreConfiguredAndDescribedToTheSilo()
    {
        (int silo, int gateway) = (FreePort(), FreePort());
        using IHost host = new HostBuilder()
            .ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["name"] = "alpha" }))
            .UseOrleans((context, builder) => builder
                .UseLocalhostClustering(silo, gateway, serviceId: "tachyon", clusterId: "one")
                .Configure<SiloOptions>(options => options.SiloName = context.Configuration["name"]!))
            .Build();
        await host.StartAsync();
        ILocalSiloDetails details = host.Services.GetRequiredService<ILocalSiloDetails>();
        Assert.Equal(("alpha", "one", silo, gateway), (details.Name, details.ClusterId, details.SiloAddress.Endpoint.Port, details.GatewayAddress.Endpoint.Port));
        await host.StopAsync();
    }

    private static IHost Silo(int silo, int gateway)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(orleans => orleans.UseLocalhostClustering(silo, gateway));
        return builder.Build();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Stages(List<string> log) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
            Add("application", ServiceLifecycleStage.ApplicationServices);
            Add("storage", ServiceLifecycleStage.RuntimeStorageServices);

            void Add(string name, int stage) => lifecycle.Subscribe(
                name,
                stage,
                _ =>
                {
                    log.Add(name + "-start");
                    return Task.CompletedTask;
                },
                _ =>
                {
                    log.Add(name + "-stop");
                    return Task.CompletedTask;
                });
        }
    }
}
