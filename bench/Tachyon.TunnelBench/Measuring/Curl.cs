using System.Diagnostics;
using System.Globalization;
using Tachyon.Demo;
using Tachyon.TunnelBench.Peers;

namespace Tachyon.TunnelBench.Measuring;

/// <summary>Fetches with curl, and tells how fast.</summary>
internal static class Curl
{
    private static readonly string[] Shared = ["--silent", "--show-error", "--fail", "--max-time", "120"];

    /// <summary>MB/s of one stream, by curl's own count.</summary>
    public static async Task<double> OneStreamAsync(Contestant way, int megabytes, CancellationToken stop)
    {
        var answer = await RunAsync(way, ["--output", "/dev/null", "--write-out", "%{size_download} %{time_total}", $"{way.BaseUrl}/{FileServer.Stream}"], stop);
        var parts = answer.Split(' ');
        if (Number(parts[0]) != megabytes * 1_000_000d)
        {
            throw new DemoFailure($"{way.Name} delivered {parts[0]} bytes of {megabytes} MB.");
        }

        return megabytes / Number(parts[1]);
    }

    /// <summary>MB/s of many streams at once, by the wall clock over one curl that runs them all.</summary>
    public static async Task<double> ManyStreamsAsync(Contestant way, CancellationToken stop)
    {
        List<string> arguments = ["--parallel", "--parallel-immediate", "--parallel-max", $"{BenchOptions.ManyStreams}", "--write-out", "%{size_download}\n"];
        for (var i = 0; i < BenchOptions.ManyStreams; i++)
        {
            arguments.AddRange(["--output", "/dev/null", $"{way.BaseUrl}/{FileServer.Many}"]);
        }

        var started = Stopwatch.GetTimestamp();
        var answer = await RunAsync(way, arguments, stop);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var bytes = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(Number);
        return bytes == BenchOptions.ManyStreams * BenchOptions.ManyStreamMB * 1_000_000d
            ? bytes / 1_000_000 / elapsed.TotalSeconds
            : throw new DemoFailure($"{way.Name} delivered {bytes} bytes in {BenchOptions.ManyStreams} streams.");
    }

    /// <summary>Milliseconds from the start of a connection to the first byte of the answer.</summary>
    public static async Task<double> FirstByteAsync(Contestant way, CancellationToken stop) =>
        1_000 * Number(await RunAsync(way, ["--output", "/dev/null", "--write-out", "%{time_starttransfer}", $"{way.BaseUrl}/{FileServer.Byte}"], stop));

    private static Task<string> RunAsync(Contestant way, IEnumerable<string> arguments, CancellationToken stop) =>
        Command.RunAsync($"{way.Name}: curl", "curl", [.. Shared, .. way.CurlArguments, .. arguments], stop);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
