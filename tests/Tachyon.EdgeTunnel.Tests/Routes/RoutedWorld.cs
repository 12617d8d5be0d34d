using Tachyon.Chain.Simulation;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>A consumer, a relay and an exit as whole nodes, and the silo's operator as a proxy with a pool to the exit.</summary>
internal sealed class RoutedWorld : IAsyncDisposable
{
    public static readonly byte[] ExitKey = TestChannels.Key(3);

    private RoutedWorld()
    {
        Proxy = new FakeProxy(World.Chain, World.Silo);
    }

    public NodeWorld World { get; } = new();

    public FakeProxy Proxy { get; }

    public EchoServer Target { get; } = new();

    public RunningNode Relay { get; private set; } = null!;

    public RunningNode Exit { get; set; } = null!;

    public static Address ExitAddress { get; } = AddressOf(ExitKey);

    public static async Task<RoutedWorld> StartAsync(Func<ProvideOptions, ProvideOptions>? relayWith = null)
    {
        var world = new RoutedWorld();
        await world.Proxy.RegisterAsync();
        world.Relay = world.World.StartProvider(name: "relay", with: relayWith);
        world.Exit = world.StartExit();
        await world.Relay.ServingAsync();
        await world.Exit.ServingAsync();
        await world.Proxy.OpenPoolAsync(ExitAddress);
        return world;
    }

    public RunningNode StartExit(int port = 0) => World.StartProvider(
        name: "exit", key: ExitKey, port: port, with: options => options with { AcceptRoutes = new RouteAcceptance(true, RouteAcceptance.None.Proxies) });

    public RunningNode StartConsumer(Func<ConnectOptions, ConnectOptions>? with = null, string name = "consumer", byte[]? key = null) => World.StartConsumer(
        provider: TestChannels.Provider.Address,
        name: name,
        key: key,
        with: options => (with ?? (same => same))(options with { Route = new RouteOptions(Proxy.Address, null) }));

    public async ValueTask DisposeAsync()
    {
        await Exit.DisposeAsync();
        await Relay.DisposeAsync();
        Target.Dispose();
        Proxy.Dispose();
        World.Dispose();
    }

    private static Address AddressOf(byte[] key)
    {
        using var signer = new KeySigner(key);
        return signer.Address;
    }
}
