using Tachyon.Demo;

namespace Tachyon.EndToEnd.Tests.Killing;

/// <summary>A route whose relay is connected to another operator's silo than the proxy's.</summary>
internal sealed class RouteKillWorld : ProcessWorld
{
    private const int CapacityMB = 300;

    private RouteStage _stage = null!;

    public EdgeNode Consumer => _stage.Consumer;

    public EdgeNode Relay => _stage.Relay;

    public EdgeNode Exit => _stage.Exit;

    /// <summary>The proxy's silo.</summary>
    public SiloNode Proxy => _stage.Silo;

    /// <summary>The relay's silo, which the consumer is connected to as well.</summary>
    public SiloNode Other => _stage.RelaySilo;

    protected override LocalChain Local => _stage.Chain;

    public static async Task<RouteKillWorld> StartAsync(CancellationToken stop)
    {
        var world = new RouteKillWorld();
        try
        {
            world._stage = await RouteStage.StartAsync(
                world.Processes, world.DataDirectory, world.Ports, CapacityMB, _ => { }, stop, new DemoPorts(FreePorts.Base()));
            await world.WatchChainAsync(stop);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node's process, with the same data as before, and does not wait for it.</summary>
    public void Launch(EdgeNode node) => node.Launch(Processes, node switch
    {
        _ when node == Relay => [.. _stage.RelayArguments, "--rate", "20", "--drain", "0"],
        _ when node == Exit => [.. _stage.ExitArguments, "--drain", "0"],
        _ => [.. _stage.ConsumerArguments, "--tolerance", "10000"],
    });

    /// <summary>Starts the proxy's silo, with the same data as before.</summary>
    public async Task LaunchProxyAsync(CancellationToken stop)
    {
        Proxy.Launch(Processes);
        await Proxy.ReadyAsync(stop, Patience);
    }

    protected override void DisposeNodes() => _stage?.Dispose();
}
