using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.Grains;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Storage;
using Tachyon.Protocol.Signing;

namespace Tachyon.Benchmarks;

/// <summary>One silo in this process on a SQLite file and a simulated chain, started when made.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    private static readonly AccountSigner Account = new(Keccak256.HashText("benchmark operator").ToArray());

    private readonly IHost _host;

    private BenchSilo(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<BenchSilo> StartAsync(string path, SimulatedChain chain)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<ISettlementChain>(chain);
        builder.Services.AddSingleton<IAccountSigner>(Account);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort(), FreePort())
            .AddSqliteGrainStorage(GrainsOptions.StorageName, options => options.Path = path)
            .UseSqliteReminders(options => options.Path = path)
            .AddTachyonGrains());
        var host = builder.Build();
        await host.StartAsync();
        return new BenchSilo(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
