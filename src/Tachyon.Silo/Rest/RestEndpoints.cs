using Tachyon.Silo.Configuration;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Rest;

/// <summary>REST under /v1 for operators and tools: read by whoever reaches it, acted on with the operator key alone.</summary>
internal static class RestEndpoints
{
    public static void AddRest(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(OperatorKey.Load(options.OperatorKeyFile));
        services.AddSingleton<PassingFaults>();
        services.AddProblemDetails();
        services.AddOpenApi(OpenApiDescription.Describe);
    }

    public static void MapRest(this IEndpointRouteBuilder app, GatewayOptions options)
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
        routes.MapOpenApi("/v1/openapi.json");
        routes.MapChannels();
        routes.MapProviders();
        routes.MapReputation();
        routes.MapSettlement();
        routes.MapNode();

        var actions = routes.MapGroup("");
        actions.AddEndpointFilter<IEndpointConventionBuilder, OperatorOnly>();
        actions.ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        actions.MapChannelActions();
        actions.MapSettlementActions();
    }
}
