using System.Diagnostics;
using System.Globalization;

namespace Tachyon.SiloLoad;

/// <summary>What one measured window showed.</summary>
/// <param name="UnitsPerSecond">Units acknowledged as durable.</param>
/// <param name="UnitsPerCpuSecond">The same for each second of processor time that the silo spent.</param>
/// <param name="Cores">Processor time of the silo for each second.</param>
/// <param name="Latencies">From due to acknowledged, ascending, of the messages that were due in the window.</param>
internal sealed record Figures(double UnitsPerSecond, double UnitsPerCpuSecond, double Cores, TimeSpan[] Latencies)
{
    /// <summary>The latency that this share of the messages stayed below, in milliseconds.</summary>
    public double LatencyMs(double share) => Latencies.Length == 0
        ? throw new LoadFailure("no message was acknowledged within the window.")
        : Latencies[Math.Min(Latencies.Length - 1, (int)(share * Latencies.Length))].TotalMilliseconds;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{UnitsPerSecond:N0} units/s on {Cores:0.00} cores, {UnitsPerCpuSecond:N0} for each second of processor time; message latency p50 {LatencyMs(0.5):0.0} ms, p99 {LatencyMs(0.99):0.0} ms, worst {LatencyMs(1):0.0} ms");
}

/// <summary>Drives all edges at once and measures a window in the middle.</summary>
internal static class Load
{
    /// <param name="edges">All providers, connected.</param>
    /// <param name="silo">What is measured.</param>
    /// <param name="steps">Units of each side and channel in one message.</param>
    /// <param name="paceOf">How each edge sends, by its number.</param>
    /// <param name="warmUp">Load before the window, at least so long,</param>
    /// <param name="warmUpUnits">and at least so many units: the silo compiles hot code in the background, which a busy machine delays.</param>
    /// <param name="window">How long to measure; less when an edge runs out of units.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<Figures> RunAsync(
        EdgeLoad[] edges, SiloProcess silo, int steps, Func<int, IPace> paceOf, TimeSpan warmUp, long warmUpUnits, TimeSpan window, CancellationToken stop)
    {
        var ending = false;
        var outOfUnits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Task.WhenAll(edges.Select((edge, i) => edge.RunAsync(
            steps, paceOf(i), () => Volatile.Read(ref ending), () => outOfUnits.TrySetResult(), stop)));
        await Task.WhenAny(running, outOfUnits.Task, WarmUpAsync(edges, warmUp, warmUpUnits, stop));
        var before = Sample(edges, silo);
        await Task.WhenAny(running, outOfUnits.Task, Task.Delay(window, stop));
        var after = Sample(edges, silo);
        Volatile.Write(ref ending, true);
        await running;

        var seconds = Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds;
        if (seconds < window.TotalSeconds / 4)
        {
            throw new LoadFailure($"the units were used up after {seconds:0.0} s; sign more with --steps.");
        }

        TimeSpan[] latencies =
        [
            .. edges.SelectMany(edge => edge.Latencies)
                .Where(message => message.DueAt >= before.At && message.DueAt < after.At)
                .Select(message => message.Latency)
                .Order(),
        ];
        var units = after.Units - before.Units;
        if (units == 0)
        {
            throw new LoadFailure($"nothing was acknowledged within {seconds:0.0} s.");
        }

        var cpuSeconds = after.CpuSeconds - before.CpuSeconds;
        return new Figures(units / seconds, units / cpuSeconds, cpuSeconds / seconds, latencies);
    }

    private static async Task WarmUpAsync(EdgeLoad[] edges, TimeSpan atLeast, long units, CancellationToken stop)
    {
        var begin = edges.Sum(edge => edge.AcknowledgedUnits);
        await Task.Delay(atLeast, stop);
        while (edges.Sum(edge => edge.AcknowledgedUnits) < begin + units)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), stop);
        }
    }

    private static (long At, long Units, double CpuSeconds) Sample(EdgeLoad[] edges, SiloProcess silo) =>
        (Stopwatch.GetTimestamp(), edges.Sum(edge => edge.AcknowledgedUnits), silo.CpuSeconds);
}
