using System.Globalization;

namespace Tachyon.Silo.Limits;

/// <summary>Refuses an HTTP request that is one too many, and says when to come again.</summary>
internal static class TooManyRequests
{
    public static IResult Answer(HttpContext context, uint retryAfterMs, string why)
    {
        var seconds = Math.Max(1, (retryAfterMs + 999) / 1_000);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem($"{why}; come again in {seconds} s.", statusCode: StatusCodes.Status429TooManyRequests);
    }
}
