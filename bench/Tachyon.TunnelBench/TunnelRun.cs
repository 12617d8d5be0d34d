using System.Globalization;
using Tachyon.Demo;
using Tachyon.TunnelBench.Measuring;
using Tachyon.TunnelBench.Packets;
using Tachyon.TunnelBench.Peers;

namespace Tachyon.TunnelBench;

/// <summary>Starts all contestants, fetches over them in turns, and prints the table and the result line.</summary>
internal sealed class TunnelRun(BenchOptions options)
{
    private const int FirstByteSamples = 8;

    private readonly ProcessGroup _processes = new();
    private readonly Samples _stream = new();
    private readonly Samples _many = new();
    private readonly Samples _firstByte = new();
    private readonly Samples _processorTime = new();
    private int? _held;

    /// <returns>Whether everything was measured.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("tachyon-tunnel-").FullName;
        var succeeded = false;
        try
        {
            var server = await FileServer.StartAsync(_processes, directory, options, stop);
            var contestants = await StartAsync(directory, server, stop);
            await MeasureAsync(contestants, stop);
            if (contestants.FirstOrDefault(c => c.Name == Contestant.Tachyon) is { } nodes)
            {
                _held = await HeldStreams.CountAsync(nodes, server, BenchOptions.HeldStreams, stop);
            }

            await using var packets = new PacketRun(_processes, directory, options);
            if (options.Wants(PacketRun.Tachyon) || options.Wants(PacketRun.WireGuard))
            {
                await packets.RunAsync(stop);
            }

            Print(contestants, packets);
            return succeeded = true;
        }
        catch (Exception failure) when (failure is DemoFailure or IOException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message} (logs: {directory})");
            return false;
        }
        finally
        {
            await _processes.StopAllAsync();
            if (succeeded)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private async Task<IReadOnlyList<Contestant>> StartAsync(string directory, FileServer server, CancellationToken stop)
    {
        (string Name, Func<Task<Contestant>> Start)[] all =
        [
            (Contestant.Direct, () => Task.FromResult(new Contestant(Contestant.Direct, server.Url, null, []))),
            (Contestant.Microsocks, () => OtherTunnels.MicrosocksAsync(_processes, directory, server, stop)),
            (Contestant.ShadowsocksChaCha20, () => OtherTunnels.ShadowsocksAsync(
                _processes, directory, server, Contestant.ShadowsocksChaCha20, "chacha20-ietf-poly1305", stop)),
            (Contestant.ShadowsocksAes128, () => OtherTunnels.ShadowsocksAsync(
                _processes, directory, server, Contestant.ShadowsocksAes128, "aes-128-gcm", stop)),
            (Contestant.Stunnel, () => OtherTunnels.StunnelAsync(_processes, directory, server, stop)),
            (Contestant.Tachyon, () => TachyonPairs.NodesAsync(_processes, directory, server, stop)),
            (Contestant.Metered, () => TachyonPairs.TunnelAsync(_processes, directory, server, metered: true, stop)),
            (Contestant.Unmetered, () => TachyonPairs.TunnelAsync(_processes, directory, server, metered: false, stop)),
        ];
        var started = new List<Contestant>();
        foreach (var (name, start) in all)
        {
            if (options.Wants(name))
            {
                started.Add(await start());
            }
        }

        return started;
    }

    private async Task MeasureAsync(IReadOnlyList<Contestant> contestants, CancellationToken stop)
    {
        foreach (var process in contestants.SelectMany(way => way.Processes))
        {
            ProcessMemory.ForgetPeak(process);
        }

        // The first round warms up compilers, caches and windows, and is not counted.
        for (var run = 0; run <= options.Runs; run++)
        {
            foreach (var way in contestants)
            {
                var busySeconds = ProcessTime.Seconds(way.Processes);
                var stream = await Curl.OneStreamAsync(way, options.StreamMB, stop);
                busySeconds = ProcessTime.Seconds(way.Processes) - busySeconds;
                var many = await Curl.ManyStreamsAsync(way, stop);
                for (var i = 0; i < FirstByteSamples; i++)
                {
                    var firstByte = await Curl.FirstByteAsync(way, stop);
                    if (run > 0)
                    {
                        _firstByte.Add(way.Name, firstByte);
                    }
                }

                if (run > 0)
                {
                    _stream.Add(way.Name, stream);
                    _many.Add(way.Name, many);
                    _processorTime.Add(way.Name, busySeconds * 1e6 / options.StreamMB);
                    Console.WriteLine(Line($"run {run}: {way.Name,-22} {stream,8:0} MB/s {many,8:0} MB/s"));
                }
            }
        }
    }

    private void Print(IReadOnlyList<Contestant> contestants, PacketRun packets)
    {
        Console.WriteLine();
        Console.WriteLine($"{"medians",-22} {"one stream",12} {BenchOptions.ManyStreams + " streams",12} {"first byte",12} {"CPU per GB",12} {"peak memory",14}");
        foreach (var way in contestants)
        {
            var memory = string.Join(" + ", way.Processes.Select(id => Line($"{ProcessMemory.PeakResidentMB(id):0}")));
            var rates = Line($"{way.Name,-22} {_stream.Median(way.Name),7:0} MB/s {_many.Median(way.Name),7:0} MB/s");
            var times = Line($"{_firstByte.Median(way.Name),9:0.00} ms {_processorTime.Median(way.Name),9:0} ms");
            Console.WriteLine($"{rates} {times} {memory,11} MB");
        }

        foreach (var name in packets.Up.Names)
        {
            Console.WriteLine(Line($"{name,-22} {packets.Up.Median(name),7:0} Mbit/s up {packets.Down.Median(name),7:0} Mbit/s down"));
        }

        if (_held is { } held)
        {
            Console.WriteLine($"{held} streams were open at once, and each answered.");
        }

        Console.WriteLine(ResultLine.Of(contestants, _stream, _many, _firstByte, packets.Figures));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
