using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>Two consumers whose routes share one pool, as whole nodes: one that signs no more is served its credit, and the other on and on.</summary>
public sealed class StalledRouteTests
{
    private static readonly byte[] OtherKey = TestChannels.Key(4);

    [Fact]
    public async Task Consumer_ThatSignsNoMore_IsHeldAtItsCredit_AndStallsNoOtherRouteOfThePool()
    {
        await using var world = await RoutedWorld.StartAsync();
        using var otherSigner = new KeySigner(OtherKey);
        world.World.Chain.Fund(otherSigner.Address, NodeWorld.Purse);
        await using var stalling = world.StartConsumer();
        await using var other = world.StartConsumer(name: "other", key: OtherKey);
        await stalling.ServingAsync();
        await other.ServingAsync();
        await stalling.EchoAsync(world.Target, 500_000);
        await other.EchoAsync(world.Target, 500_000);

        world.Proxy.Unheard[TestChannels.Consumer.Address] = true;
        var signed = world.Proxy.LockOf(TestChannels.Consumer.Address);
        using var hungry = await SendAsync(stalling, world.Target);
        await Eventually.TrueAsync(() => signed.CountedBytes >= signed.NewestPeer!.Unit.BytesUsed - ProtocolConstants.BytesPerMB, "the exit has served what was signed", TimeSpan.FromMinutes(1));

        // Four checkpoints by the other: far more than the pool has ahead for both.
        await other.EchoAsync(world.Target, 5_000_000);
        await other.EchoAsync(world.Target, 5_000_000);
        Assert.Equal(21_000_000UL, other.Status.Channels.Single(channel => channel.Kind == "lock").OwnBytes);

        // The stalled one got what it signed for and not a byte more, and the pool as a whole is covered by what both signed.
        var theirs = world.Proxy.LockOf(otherSigner.Address);
        Assert.True(signed.CountedBytes <= signed.NewestPeer!.Unit.BytesUsed, $"{signed.CountedBytes} bytes were served on {signed.NewestPeer.Unit.BytesUsed}");
        Assert.True(world.Exit.OnlyChannel.OwnBytes <= signed.NewestPeer.Unit.BytesUsed + theirs.NewestPeer!.Unit.BytesUsed);
        Assert.True(world.Proxy.Pool.PromisedBytes <= signed.NewestPeer.Unit.BytesUsed + theirs.NewestPeer.Unit.BytesUsed);

        // Once it is heard again, it is served again.
        world.Proxy.Unheard.Clear();
        await Eventually.TrueAsync(() => signed.CountedBytes > 12_000_000, "the stalled route goes on", TimeSpan.FromMinutes(1));
    }

    // More than any credit, there and back again; nobody waits for it.
    private static async Task<TcpClient> SendAsync(RunningNode consumer, EchoServer target)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(consumer.Status.Socks!));
        var stream = client.GetStream();
        await SocksHandshake.ConnectAsync(stream, target.EndPoint);
        _ = DrainAsync(stream);
        _ = PushAsync(stream);
        return client;
    }

    private static async Task PushAsync(NetworkStream stream)
    {
        try
        {
            var part = new byte[65_536];
            for (var sent = 0; sent < 10_000_000; sent += part.Length)
            {
                await stream.WriteAsync(part);
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task DrainAsync(NetworkStream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
