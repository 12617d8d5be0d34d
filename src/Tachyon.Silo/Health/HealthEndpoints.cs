using Microsoft.AspNetCore.Http.HttpResults;
using Tachyon.Silo.Gateway;

namespace Tachyon.Silo.Health;

/// <summary>Whether the process lives.</summary>
/// <param name="Status">Always "alive".</param>
/// <param name="Version">The program's version.</param>
/// <param name="Connections">WebSockets open on this gateway.</param>
/// <param name="Edges">Edges that proved their keys.</param>
internal sealed record HealthDocument(string Status, string Version, int Connections, int Edges);

/// <summary>Whether the silo can do its work.</summary>
/// <param name="Ready">Chain and storage both work, and the silo is not stopping.</param>
/// <param name="Stopping">Whether the silo was told to stop.</param>
/// <param name="Chain">Null when the chain answers, else why not.</param>
/// <param name="Storage">Null when state can be stored, else why not.</param>
/// <param name="FinalBlock">The newest final block that was seen.</param>
/// <param name="CheckedAt">When the silo last looked.</param>
internal sealed record ReadyDocument(bool Ready, bool Stopping, string? Chain, string? Storage, ulong? FinalBlock, DateTimeOffset? CheckedAt)
{
    public static ReadyDocument Of(SiloHealth health) => new(
        health.IsReady, health.IsStopping, health.ChainFault, health.StorageFault, health.FinalBlock?.Number, health.CheckedAt);
}

/// <summary>GET /v1/health and /v1/ready, for load balancers and service managers.</summary>
internal static class HealthEndpoints
{
    public static readonly string Version = typeof(HealthEndpoints).Assembly.GetName().Version!.ToString(3);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/health", (EdgeRegistry edges) => new HealthDocument("alive", Version, edges.Connections, edges.Edges))
            .WithName("getHealth").WithSummary("Whether the process lives");
        routes.MapGet("/v1/ready", Ready).WithName("getReadiness").WithSummary("Whether the silo can work, and if not, why")
            .Produces<ReadyDocument>(StatusCodes.Status503ServiceUnavailable);
    }

    private static Results<Ok<ReadyDocument>, JsonHttpResult<ReadyDocument>> Ready(SiloMonitor monitor)
    {
        var document = ReadyDocument.Of(monitor.Health);
        return document.Ready ? TypedResults.Ok(document) : TypedResults.Json(document, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
