using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tests.Cheats;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>A proxy that uses its pool as a consumer uses its channel: it is one, by the chain, and has the key.</summary>
public sealed class PoolSessionTests
{
    [Fact]
    public async Task Proxy_ThatDialsItsPool_GetsNoSession_AndTheRoutesGoOn()
    {
        await using var world = await RoutedWorld.StartAsync();
        await using var consumer = world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(world.Target, 100_000);

        // Twice: what the first one leaves behind must not be what the second one clears away.
        Assert.Equal(HandshakeFault.RefusedByPeer, await DialAsync(world));
        Assert.Equal(HandshakeFault.RefusedByPeer, await DialAsync(world));

        await consumer.EchoAsync(world.Target, 100_000);
        Assert.False(world.Exit.Running.IsCompleted);
    }

    [Fact]
    public async Task Pool_OnWhichTheProxyHasASession_IsTakenUpWhenThatEnds_AndTheExitLives()
    {
        await using var world = await RoutedWorld.StartAsync();
        var parts = world.Exit.Parts;
        var channel = parts.Book.Find(world.Proxy.Pool.PoolId)!;
        using var engines = parts.UnitEngines(new TunnelPair.Observer());
        await using var closer = parts.Closer(new ProviderSessions(engines));
        await using var service = new ExitService(parts, new RouteAcceptance(true, RouteAcceptance.None.Proxies), engines, closer, new TunnelPair.Observer());
        var engine = (UnitEngine)await engines.GetAsync(channel.ForTunnel(), CancellationToken.None);
        var session = new Session();
        engine.Start(session);
        using var stop = new CancellationTokenSource();

        var running = service.RunAsync(stop.Token);
        await parts.Chain.LookAsync(CancellationToken.None);
        Assert.False(service.IsPool(channel.ChannelId));
        engine.Stop();
        await Eventually.TrueAsync(() => running.IsCompleted || service.IsPool(channel.ChannelId), "the pool to be taken up", TimeSpan.FromMinutes(1));

        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task WhatRoutesUsed_IsInTheExitsHistory_AndCountsAfterARestart()
    {
        await using var world = await RoutedWorld.StartAsync();
        await using (var consumer = world.StartConsumer())
        {
            await consumer.ServingAsync();
            await consumer.EchoAsync(world.Target, 1_000_000);
        }

        // While it runs: an exit that is killed has ended nothing in order, and its cap holds after that too.
        await Eventually.TrueAsync(() => UsedBytes(world) == 2_000_000, "what routes use to be in the history", TimeSpan.FromMinutes(1));

        await world.Exit.DisposeAsync();
        world.Exit = world.StartExit();

        Assert.Equal(2_000_000UL, UsedBytes(world));
    }

    private static ulong UsedBytes(RoutedWorld world)
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var days = world.Exit.Parts.Journal.Sessions.LoadDays(today.AddDays(-1), today.AddDays(1));
        return days.Where(day => day.ChannelId == world.Proxy.Pool.PoolId).Aggregate(0UL, (sum, day) => sum + day.Usage.OwnBytes);
    }

    private static async Task<HandshakeFault> DialAsync(RoutedWorld world)
    {
        using var key = new KeySigner(RelayingSilo.OperatorKey);
        var terms = world.Proxy.Pool.Terms;
        var domain = world.World.Chain.Domain;
        var channel = new TunnelChannel(terms.ChannelId(domain), terms, terms.CapacityBytes);
        var context = new TunnelContext
        {
            Signer = key,
            Verifier = new SignatureVerifier(),
            Domain = domain,
            Engines = new RogueConsumer.OneEngine(new Engine(channel, key, domain)),
            Services = new SessionServices(new TunnelOptions { EndTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System),
            LoggerFactory = NullLoggerFactory.Instance,
        };
        var port = IPEndPoint.Parse(world.Exit.Status.Listen!).Port;
        var connection = await ConsumerTunnel.ConnectAsync("127.0.0.1", port, channel, context, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        await (connection.Tunnel?.DisposeAsync() ?? ValueTask.CompletedTask);
        return connection.Fault;
    }

    private sealed class Engine(TunnelChannel channel, KeySigner signer, Eip712Domain domain) : RogueEngine(channel, signer, domain)
    {
        protected override void Counted()
        {
        }
    }

    private sealed class Session : IUnitEngineHost
    {
        public void UnitIsDue()
        {
        }

        public void Resume()
        {
        }

        public void Post(FrameKind kind, ReadOnlySpan<byte> payload)
        {
        }

        public void Settled()
        {
        }

        public void End(GoodbyeReason reason, string detail)
        {
        }

        public void Fail(GoodbyeReason reason, string detail)
        {
        }
    }
}
