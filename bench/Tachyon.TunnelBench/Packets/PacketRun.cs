using System.Globalization;
using System.Text.Json;
using Tachyon.Demo;
using Tachyon.TunnelBench.Measuring;
using Tachyon.TunnelBench.Nodes;

namespace Tachyon.TunnelBench.Packets;

/// <summary>TUN mode beside wireguard-go: iperf3 between two networks of this machine, in turns.</summary>
internal sealed class PacketRun(ProcessGroup processes, string directory, BenchOptions options) : IAsyncDisposable
{
    public const string Tachyon = "tun";
    public const string WireGuard = "wireguard-go";

    private const int Seconds = 5;
    private const int ServerPort = 5201;
    private const int TunnelPort = 9440;
    private const string WireGuardServer = "10.74.0.1";

    private readonly List<NetworkPair> _networks = [];

    /// <summary>Megabits a second of one stream, from the consumer's network.</summary>
    public Samples Up { get; } = new();

    /// <summary>Megabits a second of one stream, to the consumer's network.</summary>
    public Samples Down { get; } = new();

    /// <summary>What goes into the result line.</summary>
    public IReadOnlyList<Figure> Figures =>
    [
        new("tun_mbit_s", Up.Median(Tachyon), "0"),
        new("vs_wireguard_go", Up.Median(Tachyon) / Up.Median(WireGuard), "0.00"),
    ];

    public async Task RunAsync(CancellationToken stop)
    {
        var ways = new List<(string Name, NetworkPair Network, string Server)>();
        if (options.Wants(Tachyon))
        {
            ways.Add((Tachyon, await StartTachyonAsync(stop), $"{BenchTun.Server}"));
        }

        if (options.Wants(WireGuard))
        {
            ways.Add((WireGuard, await StartWireGuardAsync(stop), WireGuardServer));
        }

        // The first round warms up, and is not counted.
        for (var run = 0; run <= options.Runs; run++)
        {
            foreach (var (name, network, server) in ways)
            {
                var up = await MeasureAsync(network, server, [], stop);
                var down = await MeasureAsync(network, server, ["-R"], stop);
                if (run > 0)
                {
                    Up.Add(name, up);
                    Down.Add(name, down);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {run}: {name,-22} {up,8:0} Mbit/s up {down,8:0} Mbit/s down"));
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var network in _networks)
        {
            await network.DisposeAsync();
        }
    }

    private async Task<NetworkPair> StartTachyonAsync(CancellationToken stop)
    {
        var network = await AddNetworkAsync("10.98.1", stop);
        var provider = $"{network.ProviderAddress}:{TunnelPort}";
        await StartAsync("provide-tun", network.ProviderName, [Path.Combine(directory, "tun-provider"), provider], stop);
        await StartAsync("connect-tun", network.ConsumerName, [Path.Combine(directory, "tun-consumer"), provider], stop);
        await ServeAsync(network, stop);
        return network;

        async Task StartAsync(string command, string name, string[] arguments, CancellationToken stopping)
        {
            var log = Path.Combine(directory, $"{command}.log");
            var process = processes.Start(command, log, "ip", ["netns", "exec", name, Environment.ProcessPath!, command, .. arguments]);
            await process.WaitUntilAsync(
                "is ready", TimeSpan.FromMinutes(1), _ => Task.FromResult(File.Exists(log) && File.ReadLines(log).Contains("ready")), stopping);
        }
    }

    private async Task<NetworkPair> StartWireGuardAsync(CancellationToken stop)
    {
        var network = await AddNetworkAsync("10.98.2", stop);
        var consumerKey = await KeyAsync("consumer");
        var providerKey = await KeyAsync("provider");
        await SetUpAsync(network.ProviderName, "provider", "listen-port 51820", consumerKey, $"{WireGuardServer}/24", "10.74.0.2/32", "");
        await SetUpAsync(network.ConsumerName, "consumer", "", providerKey, "10.74.0.2/24", $"{WireGuardServer}/32", $"endpoint {network.ProviderAddress}:51820");
        await ServeAsync(network, stop);
        return network;

        async Task<string> KeyAsync(string name)
        {
            await Command.RunAsync("wg", "sh", ["-c", $"umask 077; wg genkey > {directory}/{name}.key"], stop);
            return (await Command.RunAsync("wg", "sh", ["-c", $"wg pubkey < {directory}/{name}.key"], stop)).Trim();
        }

        async Task SetUpAsync(string network, string name, string listen, string peer, string address, string allowed, string endpoint)
        {
            var device = $"wg-{name}"[..8];
            processes.Start($"wireguard-go {name}", Path.Combine(directory, $"wireguard-{name}.log"), "ip", ["netns", "exec", network, "wireguard-go", "-f", device]);
            await Command.RunAsync(
                "wireguard-go",
                "ip",
                ["netns", "exec", network, "sh", "-c",
                    $"for i in $(seq 100); do wg show {device} >/dev/null 2>&1 && break; sleep 0.1; done; "
                    + $"wg set {device} {listen} private-key {directory}/{name}.key peer {peer} allowed-ips {allowed} {endpoint} && "
                    + $"ip addr add {address} dev {device} && ip link set dev {device} mtu 1420 up"],
                stop);
        }
    }

    private async Task<NetworkPair> AddNetworkAsync(string prefix, CancellationToken stop)
    {
        var network = await NetworkPair.CreateAsync(prefix, stop);
        _networks.Add(network);
        return network;
    }

    private async Task ServeAsync(NetworkPair network, CancellationToken stop)
    {
        var server = processes.Start(
            "iperf3", Path.Combine(directory, $"iperf3-{network.ProviderName}.log"), "ip", ["netns", "exec", network.ProviderName, "iperf3", "-s", "--forceflush"]);
        await server.WaitUntilAsync(
            "listens", TimeSpan.FromSeconds(30), _ => Task.FromResult(File.Exists(server.LogPath) && File.ReadAllText(server.LogPath).Contains($"{ServerPort}", StringComparison.Ordinal)), stop);
    }

    private static async Task<double> MeasureAsync(NetworkPair network, string server, string[] more, CancellationToken stop)
    {
        var output = await Command.RunAsync(
            "iperf3", "ip", ["netns", "exec", network.ConsumerName, "iperf3", "-c", server, "-t", $"{Seconds}", "-J", .. more], stop);
        using var report = JsonDocument.Parse(output);
        return report.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 1e6;
    }
}
