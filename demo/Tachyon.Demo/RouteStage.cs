namespace Tachyon.Demo;

/// <summary>Chain, silo as a proxy, relay, exit and consumer of a route, as processes that a group stops.</summary>
internal sealed class RouteStage : IDisposable
{
    public const string PricePerMB = "0.0005";

    private readonly DemoPorts ports;
    private readonly int capacityMB;
    private readonly Action<string> say;

    private RouteStage(
        ProcessGroup processes, string directory, DemoPorts ports, int capacityMB, Action<string> say,
        LocalChain chain, SiloNode silo, SiloNode relaySilo, EdgeNode relay, EdgeNode exit, EdgeNode consumer)
    {
        (Processes, Directory) = (processes, directory);
        this.ports = ports;
        this.capacityMB = capacityMB;
        this.say = say;
        (Chain, Silo, RelaySilo, Relay, Exit, Consumer) = (chain, silo, relaySilo, relay, exit, consumer);
    }

    /// <summary>What is stopped at the end.</summary>
    public ProcessGroup Processes { get; }

    /// <summary>Where all keep their data.</summary>
    public string Directory { get; }

    public LocalChain Chain { get; }

    /// <summary>The proxy's, which the exit is connected to.</summary>
    public SiloNode Silo { get; }

    /// <summary>The one that the relay is connected to: the proxy's, or another operator's.</summary>
    public SiloNode RelaySilo { get; }

    public EdgeNode Relay { get; }

    public EdgeNode Exit { get; }

    public EdgeNode Consumer { get; }

    /// <summary>Who is who.</summary>
    public IReadOnlyDictionary<string, Address> Parties => new Dictionary<string, Address>
    {
        ["consumer"] = Consumer.Address, ["relay"] = Relay.Address, ["exit"] = Exit.Address, ["proxy"] = Silo.Operator,
    };

    /// <summary>What every edge is told that is connected to the relay's silo.</summary>
    public string[] Shared => SharedBy(RelaySilo);

    /// <summary>The relay's command line.</summary>
    public string[] RelayArguments =>
    [
        "provide", .. Shared, "--listen", $"127.0.0.1:{ports.ProviderTunnel}", "--price", PricePerMB, "--egress-allow", $"127.0.0.1:{ports.ExitTunnel}",
    ];

    /// <summary>The exit's command line.</summary>
    public string[] ExitArguments =>
    [
        "provide", .. SharedBy(Silo), "--listen", $"127.0.0.1:{ports.ExitTunnel}", "--price", PricePerMB, "--egress-allow", $"127.0.0.1:{ports.FileServer}",
        "--accept-routes", $"{Silo.Operator}",
    ];

    /// <summary>The consumer's command line.</summary>
    public string[] ConsumerArguments =>
    [
        "connect", .. Shared, "--socks", $"127.0.0.1:{ports.Socks}", "--max-price", PricePerMB, "--capacity", $"{capacityMB}",
        "--proxy", $"{Silo.Operator}", "--via", $"{Relay.Address}", "--exit", $"{Exit.Address}",
        .. Silo == RelaySilo ? Array.Empty<string>() : ["--proxy-gateway", Silo.GatewayUrl],
    ];

    /// <summary>Starts chain and silos, and makes the nodes' keys; nothing is paid yet but the proxy's bond.</summary>
    /// <param name="processes">what to stop at the end</param>
    /// <param name="directory">where all keep their data</param>
    /// <param name="ports">where all listen</param>
    /// <param name="capacityMB">what the consumer buys on each of its channels</param>
    /// <param name="say">takes lines for people</param>
    /// <param name="stop">cancels</param>
    /// <param name="relayPorts">where another operator's silo listens, which the relay is connected to; null where the proxy's serves all</param>
    public static async Task<RouteStage> StartAsync(
        ProcessGroup processes, string directory, DemoPorts ports, int capacityMB, Action<string> say, CancellationToken stop, DemoPorts? relayPorts = null)
    {
        var chain = await LocalChain.StartAsync(processes, Path.Combine(directory, "chain"), ports.Chain, stop);
        await chain.DeployAsync(stop);
        say($"chain: anvil at {chain.Rpc}, contracts deployed");
        var silo = await SiloNode.StartAsync(processes, Path.Combine(directory, "silo"), ports, chain, stop, asProxy: true);
        say($"proxy (F): {silo.Operator}, the operator of the silo at {silo.GatewayUrl}; has posted its bond");
        var relaySilo = silo;
        if (relayPorts is not null)
        {
            relaySilo = await SiloNode.StartAsync(processes, Path.Combine(directory, "relay-silo"), relayPorts, chain, stop);
            say($"relay's silo: gateway at {relaySilo.GatewayUrl}");
        }

        var relay = await EdgeNode.CreateAsync("relay", Path.Combine(directory, "relay"), stop);
        var exit = await EdgeNode.CreateAsync("exit", Path.Combine(directory, "exit"), stop);
        var consumer = await EdgeNode.CreateAsync("consumer", Path.Combine(directory, "consumer"), stop);
        await chain.GiveGasAsync(consumer.Address, stop);
        await chain.GiveTokensAsync(consumer.Address, stop);
        return new RouteStage(processes, directory, ports, capacityMB, say, chain, silo, relaySilo, relay, exit, consumer);
    }

    /// <summary>Starts relay, exit and the consumer, which is routed on return.</summary>
    public async Task ConnectAsync(CancellationToken stop, params string[] relayMore)
    {
        await Relay.StartAsync(Processes, [.. RelayArguments, .. relayMore], stop);
        say($"relay (B): {Relay.Address} sells at {PricePerMB} IPX per MB, and lets traffic out to the exit");
        await Exit.StartAsync(Processes, ExitArguments, stop);
        say($"exit (C): {Exit.Address} sells at {PricePerMB} IPX per MB, and takes routes of the proxy");
        await Consumer.StartAsync(Processes, ConsumerArguments, stop);
    }

    public void Dispose()
    {
        Relay.Dispose();
        Exit.Dispose();
        Consumer.Dispose();
    }

    private string[] SharedBy(SiloNode silo) => ["--gateway", silo.GatewayUrl, "--rpc", Chain.Rpc, "--deployment", Chain.DeploymentFile];
}
