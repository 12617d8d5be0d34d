using System.Globalization;
using Tachyon.Demo;
using Tachyon.TunnelBench.Measuring;
using Tachyon.TunnelBench.Peers;

namespace Tachyon.TunnelBench.LongPaths;

/// <summary>Fetches one stream over paths of 100 and 200 ms, in turns, and prints the result line.</summary>
internal sealed class LongPathRun(BenchOptions options)
{
    private static readonly int[] RoundTripsMs = [100, 200];

    private readonly ProcessGroup _processes = new();
    private readonly List<DelayingForwarder> _forwarders = [];
    private readonly Samples _samples = new();

    /// <returns>Whether everything was measured.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("tachyon-longpath-").FullName;
        var succeeded = false;
        try
        {
            var server = await FileServer.StartAsync(_processes, directory, options, stop);
            var paths = new List<Contestant>();
            foreach (var roundTripMs in RoundTripsMs)
            {
                paths.Add(await StartAsync(directory, server, roundTripMs, stop));
            }

            // The first round earns the channels' credit, and is not counted.
            for (var run = 0; run <= options.Runs; run++)
            {
                foreach (var path in paths)
                {
                    var rate = await Curl.OneStreamAsync(path, options.StreamMB, stop);
                    if (run > 0)
                    {
                        _samples.Add(path.Name, rate);
                        Console.WriteLine(Line($"run {run}: {path.Name,-8} {rate,8:0.0} MB/s"));
                    }
                }
            }

            var figures = paths.Select(path => Line($"mb_s_{path.Name}={_samples.Median(path.Name):0.0}"));
            Console.WriteLine($"longpath {string.Join(' ', figures)}");
            return succeeded = true;
        }
        catch (Exception failure) when (failure is DemoFailure or IOException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message} (logs: {directory})");
            return false;
        }
        finally
        {
            _forwarders.ForEach(forwarder => forwarder.Dispose());
            await _processes.StopAllAsync();
            if (succeeded)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private Task<Contestant> StartAsync(string directory, FileServer server, int roundTripMs, CancellationToken stop) =>
        TachyonPairs.TunnelAsync(_processes, directory, server, $"{roundTripMs}ms", metered: true, providerPort =>
        {
            var forwarder = DelayingForwarder.Start(providerPort, TimeSpan.FromMilliseconds(roundTripMs / 2.0));
            _forwarders.Add(forwarder);
            return forwarder.Port;
        }, stop);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
