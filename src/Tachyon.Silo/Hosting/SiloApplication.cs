using Microsoft.Extensions.Logging.Console;
using Tachyon.Chain;
using Tachyon.Grains.Hosting;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Console;
using Tachyon.Silo.Gateway;
using Tachyon.Silo.Health;
using Tachyon.Silo.Limits;
using Tachyon.Silo.Rest;
using Tachyon.Silo.Storage;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Hosting;

/// <summary>Puts a silo together from its settings, its chain and its account.</summary>
internal static class SiloApplication
{
    /// <summary>For connections to close and grains to write what they hold, after the drain time.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    /// <summary>A silo that has not been started. The chain and the account stay the caller's to dispose of.</summary>
    /// <param name="settings">Settings without faults; the data directory exists.</param>
    /// <param name="chain">Where it settles.</param>
    /// <param name="account">Who pays for the transactions.</param>
    /// <param name="time">The clock.</param>
    public static WebApplication Create(SiloSettings settings, ISettlementChain chain, IAccountSigner account, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(settings.Configuration);
        builder.WebHost.UseUrls([.. settings.Gateway.Urls, .. settings.Gateway.OperatorUrls]);

        // Nothing here blocks, and grains do their work in turns of their own: so what arrives is read on the thread that heard
        // of it, and each message saves a hop through the pool on its way in and out.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });

        // Why a silo does not start is said once, in a line, by whoever runs it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddFilter("Orleans.Runtime.SiloLifecycleSubject", LogLevel.None);

        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(chain);
        builder.Services.AddSingleton(account);
        if (account is INodeSigner signer)
        {
            // A proxy signs units with the account that its transactions come from.
            builder.Services.AddSingleton(signer);
        }

        builder.Services.AddEdgeGateway(settings.Gateway);
        builder.Services.AddSingleton(settings);
        builder.Services.AddRest(settings.Gateway);
        builder.Services.AddConsole();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Gateway.DrainTime + StopTime);
        builder.UseOrleans(silo =>
        {
            silo.AddClustering(settings).AddStorage(settings).AddTachyonGrains(settings.Grains);
            if (settings.Telemetry.Endpoint is not null)
            {
                // What an edge asked for is one trace through all the grains that it takes.
                silo.AddActivityPropagation();
            }
        });

        builder.Services.AddSingleton(StorageHosting.WatchOf(settings.Storage, time));

        // Behind the silo, which opens the storage when it starts.
        builder.Services.AddMonitor(settings.Chain);
        builder.Services.AddSingleton<ClusterFigures>();
        builder.Services.AddTelemetry(settings.Telemetry);

        var app = builder.Build();
        app.UseForwardedAddresses(settings.Gateway.PerAddress);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = Problems.StatusOf,
            SuppressDiagnosticsCallback = app.Services.GetRequiredService<PassingFaults>().Take,
        });
        app.UseStatusCodePages();
        app.UseRequestGuards();
        app.MapEdgeGateway();
        app.MapHealth();
        app.MapRest();
        app.MapConsole();
        return app;
    }
}
