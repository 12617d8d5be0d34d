using Tachyon.Silo.Configuration;
using Tachyon.Silo.Console.Sessions;

namespace Tachyon.Silo.Rest;

/// <summary>
/// Who may read: whoever reaches the addresses of REST and the console, unless Gateway:ReadersNeedKey closes them to all without the
/// operator key, shown as a bearer token or to the console before.
/// </summary>
internal sealed class Readers(GatewayOptions options, OperatorKey key, OperatorSessions sessions) : IEndpointFilter
{
    public bool May(HttpContext http) => !options.ReadersNeedKey || key.IsShownBy(http) || sessions.Holds(http);

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (May(context.HttpContext))
        {
            return await next(context);
        }

        context.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem("Reading needs the operator key here: Authorization: Bearer KEY.", statusCode: StatusCodes.Status401Unauthorized);
    }
}
