using System.Net;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Limits;

/// <summary>Counts REST requests against their remote address.</summary>
internal sealed class RestLimit(CallerLimits limits) : IEndpointFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var budget = limits.Of(http.Connection.RemoteIpAddress ?? IPAddress.None).Rest;
        if (budget.TryTake())
        {
            return await next(context);
        }

        GatewayMeter.RefusedBy("address rest requests");
        await TooManyRequests.AnswerAsync(http, budget.RetryAfterMs, "too many requests from your address");
        return Results.Empty;
    }
}
