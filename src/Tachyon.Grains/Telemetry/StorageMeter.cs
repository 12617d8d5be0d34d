using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Tachyon.Grains.Telemetry;

/// <summary>How the SQLite storage commits.</summary>
internal static class StorageMeter
{
    private static readonly Meter Meter = new("tachyon.storage");
    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "tachyon.storage.commit.size", "{write}", "Writes that share one transaction");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "tachyon.storage.commit.duration", "ms", "Time until a transaction is durable");

    private static readonly Counter<long> Faults = Meter.CreateCounter<long>(
        "tachyon.storage.faults", "{write}", "Writes that failed");

    internal static void Committed(int writes, long startedAt)
    {
        BatchSize.Record(writes);
        Duration.Record(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
    }

    internal static void Failed(int writes) => Faults.Add(writes);
}
