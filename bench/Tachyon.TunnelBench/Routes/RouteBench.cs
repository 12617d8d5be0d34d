using System.Globalization;
using Tachyon.Demo;
using Tachyon.TunnelBench.Measuring;

namespace Tachyon.TunnelBench.Routes;

/// <summary>A route beside a single hop through the same relay, by two consumers that take turns.</summary>
internal sealed class RouteBench(int runs, int megabytes, int portBase)
{
    private const string OneHop = "one hop";
    private const string TwoHops = "two hops";

    // So many rounds only warm up: credit has to be earned, and five processes compile what runs often.
    private const int WarmUps = 5;

    private readonly DemoPorts _ports = new(portBase);
    private readonly ProcessGroup _processes = new();
    private readonly Samples _samples = new();

    private int OtherSocks => _ports.ExitTunnel + 1;

    public async Task RunAsync(CancellationToken stop)
    {
        _ports.EnsureFree();
        var directory = Directory.CreateTempSubdirectory("tachyon-route-bench-").FullName;
        try
        {
            await RunAsync(directory, stop);
        }
        finally
        {
            await _processes.StopAllAsync();
        }
    }

    private async Task RunAsync(string directory, CancellationToken stop)
    {
        var capacityMB = ((runs + WarmUps + 1) * megabytes) / 10 * 10 + 1_000;
        using var stage = await RouteStage.StartAsync(_processes, directory, _ports, capacityMB, Console.WriteLine, stop);
        await stage.ConnectAsync(stop, "--egress-allow", $"127.0.0.1:{_ports.FileServer}");
        using var direct = await EdgeNode.CreateAsync("other consumer", Path.Combine(directory, "direct"), stop);
        await stage.Chain.GiveGasAsync(direct.Address, stop);
        await stage.Chain.GiveTokensAsync(direct.Address, stop);
        await direct.StartAsync(
            _processes,
            [
                "connect", .. stage.Shared, "--socks", $"127.0.0.1:{OtherSocks}", "--max-price", RouteStage.PricePerMB, "--capacity", $"{capacityMB}",
                "--provider", $"{stage.Relay.Address}",
            ],
            stop);
        var web = Path.Combine(directory, "web");
        var (config, _) = await WebServer.PrepareAsync(web, _ports.FileServer, megabytes * 1_000_000L, stop);
        var nginx = _processes.Start("nginx", Path.Combine(directory, "nginx.log"), "nginx", ["-c", config, "-e", Path.Combine(web, "error.log")]);
        await nginx.WaitUntilAsync("listened", TimeSpan.FromSeconds(10), _ => Task.FromResult(File.Exists(Path.Combine(web, "nginx.pid"))), stop);

        for (var round = -WarmUps; round < runs; round++)
        {
            foreach (var (way, socks) in new[] { (OneHop, OtherSocks), (TwoHops, _ports.Socks) })
            {
                var speed = await FetchAsync(socks, stop);

                if (round >= 0)
                {
                    _samples.Add(way, speed);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}, {way}: {speed:0} MB/s"));
                }
            }
        }

        var two = _samples.Median(TwoHops)!.Value;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one hop: {_samples.Median(OneHop):0} MB/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"route two_hop_mb_s={two:0.0} vs_one_hop={two / _samples.Median(OneHop):0.00}"));
    }

    private async Task<double> FetchAsync(int socks, CancellationToken stop)
    {
        var answer = await Command.RunAsync(
            "curl",
            "curl",
            [
                "--silent", "--show-error", "--fail", "--max-time", "300", "--socks5-hostname", $"127.0.0.1:{socks}", "--output", "/dev/null",
                "--write-out", "%{size_download} %{time_total}", $"http://127.0.0.1:{_ports.FileServer}/{WebServer.FileName}",
            ],
            stop);
        var parts = answer.Split(' ');
        return parts[0] == $"{megabytes}000000"
            ? megabytes / double.Parse(parts[1], CultureInfo.InvariantCulture)
            : throw new DemoFailure($"curl got {parts[0]} bytes of {megabytes} MB.");
    }
}
