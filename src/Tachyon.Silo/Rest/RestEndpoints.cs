using Microsoft.AspNetCore.Mvc;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Rest;

/// <summary>REST under /v1 for operators and tools: read by whoever reaches it, where that is not closed; acted on with the operator key alone.</summary>
internal static class RestEndpoints
{
    /// <summary>What is sent here are forms and documents of a few hundred bytes.</summary>
    private const long MaxBodyBytes = 16_384;

    public static void AddRest(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(OperatorKey.Load(options.OperatorKeyFile));
        services.AddSingleton<Readers>();
        services.AddSingleton<OperatorOnly>();
        services.AddSingleton<OperatorAddresses>();
        services.AddSingleton<RestLimit>();
        services.AddSingleton<PassingFaults>();
        services.AddProblemDetails();
        services.AddOpenApi(OpenApiDescription.Describe);
    }

    public static void MapRest(this IEndpointRouteBuilder app)
    {
        var routes = app.MapForOperators();
        var reading = routes.MapGroup("").GuardedBy<Readers>();
        reading.MapOpenApi("/v1/openapi.json");
        reading.MapChannels();
        reading.MapProviders();
        reading.MapReputation();
        reading.MapBlacklist();
        reading.MapSettlement();
        reading.MapNode();
        reading.MapHistory();

        var actions = routes.MapGroup("").GuardedBy<OperatorOnly>();
        actions.ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        actions.MapChannelActions();
        actions.MapProviderActions();
        actions.MapBlacklistActions();
        actions.MapSettlementActions();
        actions.MapRoutes();
    }

    /// <summary>A group that answers only where operators are served, and within the limits of REST.</summary>
    public static RouteGroupBuilder MapForOperators(this IEndpointRouteBuilder app) =>
        app.MapGroup("").GuardedBy<OperatorAddresses>().GuardedBy<RestLimit>().WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
}
