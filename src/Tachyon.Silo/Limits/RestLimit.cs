using System.Net;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Limits;

/// <summary>Counts REST requests and pages against their remote address, and what was read for them besides.</summary>
internal sealed class RestLimit(CallerLimits limits) : IRequestGuard
{
    /// <summary>Records read from the storage that cost as much as a request.</summary>
    public const int RecordsPerRequest = 250;

    /// <inheritdoc/>
    public IResult? Refuse(HttpContext http)
    {
        var budget = BudgetOf(http);
        if (budget.TryTake())
        {
            return null;
        }

        GatewayMeter.RefusedBy("address rest requests");
        return TooManyRequests.Answer(http, budget.RetryAfterMs, "too many requests from your address");
    }

    /// <summary>Takes one more request, as when a page that is followed is rendered again. False when there is none left.</summary>
    public bool TryTake(HttpContext http) => BudgetOf(http).TryTake();

    /// <summary>Counts what an answer took to find: a filter that few records fit has the silo look at thousands for one request.</summary>
    public void Charge(HttpContext http, int recordsRead) => BudgetOf(http).Charge(recordsRead / RecordsPerRequest);

    private RequestBudget BudgetOf(HttpContext http) => limits.Of(http.Connection.RemoteIpAddress ?? IPAddress.None).Rest;
}
