using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Rest;

/// <summary>
/// Lets only whoever shows the operator key pass. The key travels in a header that no browser adds by itself, so a page of
/// another site cannot act with it.
/// </summary>
internal sealed partial class OperatorOnly(OperatorKey key, ILogger<OperatorOnly> logger) : IRequestGuard
{
    /// <inheritdoc/>
    public IResult? Refuse(HttpContext http)
    {
        if (!key.Exists)
        {
            return TypedResults.Problem(
                "This silo has no operator key, so nobody can act on it; its operator sets Gateway:OperatorKeyFile.", statusCode: StatusCodes.Status403Forbidden);
        }

        if (key.IsShownBy(http))
        {
            LogActing(http.Request.Method, http.Request.Path, http.Connection.RemoteIpAddress);
            return null;
        }

        LogRefused(http.Request.Method, http.Request.Path, http.Connection.RemoteIpAddress);
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem("This needs the operator key: Authorization: Bearer KEY.", statusCode: StatusCodes.Status401Unauthorized);
    }

    [LoggerMessage(1, LogLevel.Information, "Operator action {Method} {Path} from {Remote}")]
    private partial void LogActing(string method, PathString path, System.Net.IPAddress? remote);

    [LoggerMessage(2, LogLevel.Warning, "Operator action {Method} {Path} from {Remote} refused: the key is missing or wrong")]
    private partial void LogRefused(string method, PathString path, System.Net.IPAddress? remote);
}
