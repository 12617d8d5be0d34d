using Tachyon.Silo.Configuration;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Rest;

/// <summary>REST under /v1 for operators and tools: read by whoever reaches it, where that is not closed; acted on with the operator key alone.</summary>
internal static class RestEndpoints
{
    public static void AddRest(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(OperatorKey.Load(options.OperatorKeyFile));
        services.AddSingleton<Readers>();
        services.AddSingleton<PassingFaults>();
        services.AddProblemDetails();
        services.AddOpenApi(OpenApiDescription.Describe);
    }

    public static void MapRest(this IEndpointRouteBuilder app, GatewayOptions options)
    {
        var routes = app.MapForOperators(options);
        var reading = routes.MapGroup("");
        reading.AddEndpointFilter<IEndpointConventionBuilder, Readers>();
        reading.MapOpenApi("/v1/openapi.json");
        reading.MapChannels();
        reading.MapProviders();
        reading.MapReputation();
        reading.MapBlacklist();
        reading.MapSettlement();
        reading.MapNode();
        reading.MapHistory();

        var actions = routes.MapGroup("");
        actions.AddEndpointFilter<IEndpointConventionBuilder, OperatorOnly>();
        actions.ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        actions.MapChannelActions();
        actions.MapProviderActions();
        actions.MapBlacklistActions();
        actions.MapSettlementActions();
        actions.MapRoutes();
    }

    /// <summary>A group that answers only where operators are served, and within the limits of REST.</summary>
    public static RouteGroupBuilder MapForOperators(this IEndpointRouteBuilder app, GatewayOptions options)
    {
        var routes = app.MapGroup("");
        if (options.OperatorUrls.Length > 0)
        {
            // By the port that was connected to: the host that a request names is the caller's to choose.
            int[] ports = [.. options.OperatorUrls.Select(url => BindingAddress.Parse(url).Port)];
            routes.AddEndpointFilter(async (context, next) =>
                ports.Contains(context.HttpContext.Connection.LocalPort) ? await next(context) : TypedResults.NotFound());
        }

        routes.AddEndpointFilter<IEndpointConventionBuilder, RestLimit>();
        return routes;
    }
}
