using System.Net;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Limits;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Gateway;

/// <summary>Adds the gateway for edges: its services and its WebSocket.</summary>
internal static class GatewayHosting
{
    public static void AddEdgeGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<GatewayNames>();
        services.AddSingleton<CallerLimits>();
        services.AddSingleton<EdgeRegistry>();
        services.AddSingleton<ProviderRequests>();
        services.AddSingleton<ChannelRequests>();
        services.AddSingleton<MatchRequests>();
        services.AddSingleton<AcceptanceRequests>();
        services.AddSingleton<ReputationRequests>();
        services.AddSingleton<StatementFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<StatementFeed>());
        services.AddSingleton<RouteRequests>();
        services.AddSingleton<EdgeRequests>();
        services.AddSingleton<EdgeLog>();
        services.AddSingleton<EdgeServices>();
        services.AddHostedService<EdgeFarewell>();
    }

    public static void MapEdgeGateway(this WebApplication app)
    {
        // Pings keep the path open; whether the edge lives is seen from its heartbeats.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = app.Services.GetRequiredService<GatewayOptions>().HeartbeatPeriod });
        app.Map(GatewayLimits.EdgePath, ServeAsync).ExcludeFromDescription();
    }

    private static async Task ServeAsync(HttpContext context, EdgeServices services)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            return;
        }

        var remote = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var address = services.Limits.Of(remote);
        if (!address.Attempts.TryTake())
        {
            // Before the upgrade: whoever comes back this often is not worth a WebSocket.
            GatewayMeter.RefusedBy("address attempts");
            await TooManyRequests.Answer(context, address.Attempts.RetryAfterMs, "too many attempts to connect from your address").ExecuteAsync(context);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var connection = new EdgeConnection(socket, services, remote, address);
        await connection.RunAsync(context.RequestAborted);
    }
}
