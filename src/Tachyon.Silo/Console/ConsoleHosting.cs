using Tachyon.Silo.Console.Actions;
using Tachyon.Silo.Console.History;
using Tachyon.Silo.Console.Live;
using Tachyon.Silo.Console.Pages;
using Tachyon.Silo.Console.Serving;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console;

/// <summary>The operator's console: pages at / that show what REST tells, and let whoever has the operator key act.</summary>
internal static class ConsoleHosting
{
    public static void AddConsole(this IServiceCollection services)
    {
        services.AddSingleton<ActivityHistory>();
        services.AddHostedService<ActivityFollower>();
        services.AddSingleton<OperatorSessions>();
        services.AddSingleton<Layout>();
        services.AddSingleton<LiveStreams>();
        services.AddSingleton<PageServer>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<ActionServer>();
        services.AddSingleton<ClaimAction>();
        services.AddSingleton<CloseAction>();
        services.AddSingleton<ActAction>();
        services.AddSingleton<DrainAction>();
        services.AddSingleton<UndrainAction>();
        services.AddSingleton<RetryAction>();
        services.AddSingleton<BlacklistAction>();
        services.AddSingleton<UnblacklistAction>();
        services.AddSingleton<OverviewPage>();
        services.AddSingleton<ChannelsPage>();
        services.AddSingleton<ChannelPage>();
        services.AddSingleton<ProvidersPage>();
        services.AddSingleton<ProviderPage>();
        services.AddSingleton<RoutesPage>();
        services.AddSingleton<ExitRoutesPage>();
        services.AddSingleton<DisputesPage>();
        services.AddSingleton<BlacklistingsPage>();
        services.AddSingleton<SettlementPage>();
        services.AddSingleton<OperationPage>();
        services.AddSingleton<ActionBar>();
        services.AddSingleton<NodePage>();
    }

    public static void MapConsole(this IEndpointRouteBuilder app)
    {
        var routes = app.MapForOperators();
        routes.AddEndpointFilter<IEndpointConventionBuilder, ConsoleHeaders>();
        routes.MapAssets();
        routes.MapPage<OverviewPage>("/");
        routes.MapPage<ChannelsPage>("/channels");
        routes.MapPage<ChannelPage>("/channels/{id}");
        routes.MapPage<ProvidersPage>("/providers");
        routes.MapPage<ProviderPage>("/providers/{address}");
        routes.MapPage<RoutesPage>("/routes");
        routes.MapPage<ExitRoutesPage>("/routes/{exit}");
        routes.MapPage<DisputesPage>("/disputes");
        routes.MapPage<BlacklistingsPage>("/blacklistings");
        routes.MapPage<SettlementPage>("/settlement");
        routes.MapPage<OperationPage>("/settlement/{operationId}");
        routes.MapPage<NodePage>("/node");
        routes.MapAction<ClaimAction>("/channels/{id}/claim");
        routes.MapAction<CloseAction>("/channels/{id}/close");
        routes.MapAction<ActAction>("/channels/{id}/act");
        routes.MapAction<DrainAction>("/providers/{address}/drain");
        routes.MapAction<UndrainAction>("/providers/{address}/undrain");
        routes.MapAction<BlacklistAction>("/blacklistings/{address}/blacklist");
        routes.MapAction<UnblacklistAction>("/blacklistings/{address}/unblacklist");
        routes.MapAction<RetryAction>("/settlement/{operationId}/retry");
        routes.MapGet(SignIn.Path, (HttpContext http, SignIn signIn) => signIn.ShowAsync(http)).ExcludeFromDescription();
        routes.MapForm(SignIn.Path, (HttpContext http, SignIn signIn) => signIn.EnterAsync(http));
        routes.MapForm("/sign-out", (HttpContext http, SignIn signIn) => signIn.LeaveAsync(http));
    }

    private static void MapAction<T>(this IEndpointRouteBuilder routes, string pattern)
        where T : class, IConsoleAction
    {
        routes.MapGet(pattern, (HttpContext http, T action, ActionServer server) => server.AskAsync(http, action)).ExcludeFromDescription();
        routes.MapForm(pattern, (HttpContext http, T action, ActionServer server) => server.DoAsync(http, action));
    }

    private static void MapForm(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapPost(pattern, handler).ExcludeFromDescription();

    private static void MapPage<T>(this IEndpointRouteBuilder routes, string pattern)
        where T : class, IConsolePage => routes
        .MapGet(pattern, (HttpContext http, T page, PageServer server) => server.ServeAsync(http, page)).ExcludeFromDescription();
}
