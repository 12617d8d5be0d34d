namespace Tachyon.Silo.Limits;

/// <summary>Puts guards before endpoints.</summary>
internal static class RequestGuards
{
    /// <summary>Asks the guards of the endpoint that a request is for, those of outer groups first.</summary>
    public static void UseRequestGuards(this WebApplication app) => app.Use(async (http, next) =>
    {
        foreach (var guard in http.GetEndpoint()?.Metadata.GetOrderedMetadata<Guarded>() ?? [])
        {
            if (guard.Refuse(http) is { } answer)
            {
                await answer.ExecuteAsync(http);
                return;
            }
        }

        await next(http);
    });

    /// <summary>Lets a guard decide about every request to the group. It must be registered as a service.</summary>
    public static RouteGroupBuilder GuardedBy<TGuard>(this RouteGroupBuilder routes)
        where TGuard : class, IRequestGuard =>
        routes.WithMetadata(new Guarded(http => http.RequestServices.GetRequiredService<TGuard>().Refuse(http)));

    private sealed record Guarded(Func<HttpContext, IResult?> Refuse);
}
