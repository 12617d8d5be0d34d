using Tachyon.Demo;

namespace Tachyon.EndToEnd.Tests.Killing;

/// <summary>A silo, a provider and a consumer.</summary>
internal sealed class KillWorld : ProcessWorld
{
    private const string PricePerMB = "0.0005";

    private LocalChain _chain = null!;

    public EdgeNode Consumer { get; private set; } = null!;

    public EdgeNode Provider { get; private set; } = null!;

    public SiloNode Silo { get; private set; } = null!;

    protected override LocalChain Local => _chain;

    public static async Task<KillWorld> StartAsync(CancellationToken stop)
    {
        var world = new KillWorld();
        try
        {
            await world.StartPartsAsync(stop);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node's process, with the same data as before, and does not wait for it.</summary>
    public void Launch(EdgeNode node)
    {
        string[] shared = ["--gateway", Silo.GatewayUrl, "--rpc", _chain.Rpc, "--deployment", _chain.DeploymentFile];
        node.Launch(Processes, ReferenceEquals(node, Provider)
            ?
            [
                "provide", .. shared, "--listen", $"127.0.0.1:{Ports.ProviderTunnel}", "--price", PricePerMB,
                "--egress-allow", $"127.0.0.1:{Target.EndPoint.Port}", "--rate", "20", "--drain", "0",
            ]
            :
            [
                "connect", .. shared, "--socks", $"127.0.0.1:{Ports.Socks}", "--max-price", PricePerMB,
                "--capacity", "200", "--tolerance", "10000", "--fail-over", "0",
            ]);
    }

    protected override void DisposeNodes()
    {
        Consumer?.Dispose();
        Provider?.Dispose();
    }

    private async Task StartPartsAsync(CancellationToken stop)
    {
        _chain = await LocalChain.StartAsync(Processes, In("chain"), Ports.Chain, stop);
        await _chain.DeployAsync(stop);
        Silo = await SiloNode.StartAsync(Processes, In("silo"), Ports, _chain, stop);
        Provider = await EdgeNode.CreateAsync("provider", In("provider"), stop);
        Consumer = await EdgeNode.CreateAsync("consumer", In("consumer"), stop);
        await _chain.GiveGasAsync(Consumer.Address, stop);
        await _chain.GiveTokensAsync(Consumer.Address, stop);
        await WatchChainAsync(stop);
    }
}
