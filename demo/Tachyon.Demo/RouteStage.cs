namespace Tachyon.Demo;

/// <summary>Chain, silo as a proxy, relay, exit and consumer of a route, as processes that a group stops.</summary>
internal sealed class RouteStage : IDisposable
{
    public const string PricePerMB = "0.0005";

    private readonly ProcessGroup processes;
    private readonly DemoPorts ports;
    private readonly int capacityMB;
    private readonly Action<string> say;

    private RouteStage(
        ProcessGroup processes, DemoPorts ports, int capacityMB, Action<string> say, LocalChain chain, SiloNode silo, EdgeNode relay, EdgeNode exit, EdgeNode consumer)
    {
        this.processes = processes;
        this.ports = ports;
        this.capacityMB = capacityMB;
        this.say = say;
        (Chain, Silo, Relay, Exit, Consumer) = (chain, silo, relay, exit, consumer);
    }

    public LocalChain Chain { get; }

    public SiloNode Silo { get; }

    public EdgeNode Relay { get; }

    public EdgeNode Exit { get; }

    public EdgeNode Consumer { get; }

    /// <summary>Who is who.</summary>
    public IReadOnlyDictionary<string, Address> Parties => new Dictionary<string, Address>
    {
        ["consumer"] = Consumer.Address, ["relay"] = Relay.Address, ["exit"] = Exit.Address, ["proxy"] = Silo.Operator,
    };

    /// <summary>What every edge is told.</summary>
    public string[] Shared => ["--gateway", Silo.GatewayUrl, "--rpc", Chain.Rpc, "--deployment", Chain.DeploymentFile];

    /// <summary>Starts chain and silo, and makes the nodes' keys; nothing is paid yet but the proxy's bond.</summary>
    public static async Task<RouteStage> StartAsync(
        ProcessGroup processes, string directory, DemoPorts ports, int capacityMB, Action<string> say, CancellationToken stop)
    {
        var chain = await LocalChain.StartAsync(processes, Path.Combine(directory, "chain"), ports.Chain, stop);
        await chain.DeployAsync(stop);
        say($"chain: anvil at {chain.Rpc}, contracts deployed");
        var silo = await SiloNode.StartAsync(processes, Path.Combine(directory, "silo"), ports, chain, stop, asProxy: true);
        say($"silo: gateway at {silo.GatewayUrl}; its operator {silo.Operator} is the proxy (F)");
        var relay = await EdgeNode.CreateAsync("relay", Path.Combine(directory, "relay"), stop);
        var exit = await EdgeNode.CreateAsync("exit", Path.Combine(directory, "exit"), stop);
        var consumer = await EdgeNode.CreateAsync("consumer", Path.Combine(directory, "consumer"), stop);
        await chain.GiveGasAsync(consumer.Address, stop);
        await chain.GiveTokensAsync(consumer.Address, stop);
        return new RouteStage(processes, ports, capacityMB, say, chain, silo, relay, exit, consumer);
    }

    /// <summary>Starts relay, exit and the consumer, which is routed on return.</summary>
    public async Task ConnectAsync(CancellationToken stop, params string[] relayMore)
    {
        await Relay.StartAsync(
            processes,
            [
                "provide", .. Shared, "--listen", $"127.0.0.1:{ports.ProviderTunnel}", "--price", PricePerMB, "--egress-allow", $"127.0.0.1:{ports.ExitTunnel}",
                .. relayMore,
            ],
            stop);
        say($"relay (B): {Relay.Address}, lets traffic out to the exit");
        await Exit.StartAsync(
            processes,
            [
                "provide", .. Shared, "--listen", $"127.0.0.1:{ports.ExitTunnel}", "--price", PricePerMB, "--egress-allow", $"127.0.0.1:{ports.FileServer}",
                "--accept-routes", $"{Silo.Operator}",
            ],
            stop);
        say($"exit (C): {Exit.Address}, takes routes of the proxy");
        await Consumer.StartAsync(
            processes,
            [
                "connect", .. Shared, "--socks", $"127.0.0.1:{ports.Socks}", "--max-price", PricePerMB, "--capacity", $"{capacityMB}",
                "--proxy", $"{Silo.Operator}", "--via", $"{Relay.Address}", "--exit", $"{Exit.Address}",
            ],
            stop);
    }

    public void Dispose()
    {
        Relay.Dispose();
        Exit.Dispose();
        Consumer.Dispose();
    }
}
