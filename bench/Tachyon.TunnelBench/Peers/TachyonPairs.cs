using Tachyon.Demo;

namespace Tachyon.TunnelBench.Peers;

/// <summary>
/// Tachyon itself: real nodes with a local chain and a silo, and for the price of metering two pairs of the same tunnel that
/// differ in nothing but it.
/// </summary>
internal static class TachyonPairs
{
    private const string PricePerMB = "0.0001";
    private const int CapacityMB = 1_000_000;

    public static async Task<Contestant> NodesAsync(ProcessGroup processes, string directory, FileServer server, CancellationToken stop)
    {
        var ports = new DemoPorts(FreePorts.Next(7));
        string In(string name) => Path.Combine(directory, name);
        var chain = await LocalChain.StartAsync(processes, In("chain"), ports.Chain, stop);
        await chain.DeployAsync(stop);
        var silo = await SiloNode.StartAsync(processes, In("silo"), ports, chain, stop);
        using var provider = await EdgeNode.CreateAsync("provider", In("provider"), stop);
        using var consumer = await EdgeNode.CreateAsync("consumer", In("consumer"), stop);
        await chain.GiveGasAsync(consumer.Address, stop);
        await chain.GiveTokensAsync(consumer.Address, stop);
        string[] shared = ["--gateway", silo.GatewayUrl, "--rpc", chain.Rpc, "--deployment", chain.DeploymentFile];
        await provider.StartAsync(
            processes,
            ["provide", .. shared, "--listen", $"127.0.0.1:{ports.ProviderTunnel}", "--price", PricePerMB, "--egress-allow", $"127.0.0.1:{server.Port}"],
            stop);
        var providerId = processes.Ids.First();
        await consumer.StartAsync(
            processes,
            ["connect", .. shared, "--socks", $"127.0.0.1:{ports.Socks}", "--max-price", PricePerMB, "--capacity", $"{CapacityMB}"],
            stop);
        return new Contestant(Contestant.Tachyon, server.Url, ports.Socks, [providerId, processes.Ids.First()]);
    }

    public static Task<Contestant> TunnelAsync(ProcessGroup processes, string directory, FileServer server, bool metered, CancellationToken stop) =>
        TunnelAsync(processes, directory, server, metered ? Contestant.Metered : Contestant.Unmetered, metered, port => port, stop);

    /// <summary>A pair whose consumer dials what <paramref name="over"/> makes of its provider's port.</summary>
    public static async Task<Contestant> TunnelAsync(
        ProcessGroup processes, string directory, FileServer server, string name, bool metered, Func<int, int> over, CancellationToken stop)
    {
        var (tunnel, socks) = (FreePorts.Next(), FreePorts.Next());
        var metering = metered ? "metered" : "unmetered";
        var provider = Start("provide", [$"{tunnel}", metering]);
        await Listening.WaitAsync(tunnel, stop);
        var consumer = Start("connect", [$"{over(tunnel)}", $"{socks}", metering]);
        await Listening.WaitAsync(socks, stop);
        return new Contestant(name, server.Url, socks, [provider, consumer]);

        int Start(string command, string[] rest) => processes.Start(
            $"{name} {command}",
            Path.Combine(directory, $"{name}-{command}.log"),
            Environment.ProcessPath!,
            [command, Path.Combine(directory, $"{name}-{command}"), .. rest]).Id;
    }
}
