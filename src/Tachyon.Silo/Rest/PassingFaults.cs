using Microsoft.AspNetCore.Diagnostics;

namespace Tachyon.Silo.Rest;

/// <summary>
/// Says in one line what a request failed for where the fault passes by itself, and leaves the trace out: while a silo of the
/// cluster dies there are many of them, and none is a fault of this program.
/// </summary>
internal sealed partial class PassingFaults(ILogger<PassingFaults> logger)
{
    /// <summary>True when the fault has been said here and needs no more.</summary>
    public bool Take(ExceptionHandlerSuppressDiagnosticsContext context)
    {
        var status = Problems.StatusOf(context.Exception);
        if (status != StatusCodes.Status503ServiceUnavailable)
        {
            // What cannot be read is the sender's fault, and told to it alone: anybody could fill the log with it.
            return status < StatusCodes.Status500InternalServerError;
        }

        LogPassing(context.HttpContext.Request.Method, context.HttpContext.Request.Path, context.Exception.Message);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "{Method} {Path} cannot be answered just now: {Reason}")]
    private partial void LogPassing(string method, PathString path, string reason);
}
