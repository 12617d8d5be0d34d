using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Tachyon.Chain.Telemetry;

/// <summary>How the chain's endpoint answers.</summary>
internal static class RpcMeter
{
    private static readonly Meter Meter = new("tachyon.chain");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "tachyon.chain.rpc.duration", "ms", "Time of one request to the chain's endpoint, by outcome");

    private static readonly KeyValuePair<string, object?> Answered = new("outcome", "answered");
    private static readonly KeyValuePair<string, object?> Failed = new("outcome", "failed");

    /// <summary>A request that began at a time of <see cref="Stopwatch"/> ended.</summary>
    internal static void Ended(long startedAt, bool answered) =>
        Duration.Record(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, answered ? Answered : Failed);
}
