using System.Net.Sockets;

namespace Tachyon.Silo.Cli;

/// <summary>Why a silo could not start, in a line. Pure.</summary>
internal static class StartFaults
{
    /// <summary>What is wrong, from an exception that ended the start.</summary>
    public static string Describe(Exception exception)
    {
        var causes = Causes(exception).ToArray();
        var text = OneLine(causes[^1].Message);
        return causes.Any(cause => cause.GetType().Name.Contains("ClusterConnectivity", StringComparison.Ordinal))
            ? $"the silo could not join the cluster: a silo that its table calls active does not answer. Started again in a minute, it goes on without it. {text}"
            : causes.OfType<SocketException>().Any() ? $"the silo could not start, as a connection failed: {text}"
            : $"the silo could not start: {text}";
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause is AggregateException { InnerExceptions: [var first, ..] } ? first : cause.InnerException)
        {
            yield return cause;
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
