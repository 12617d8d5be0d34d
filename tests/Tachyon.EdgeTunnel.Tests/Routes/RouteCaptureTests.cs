using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>
/// Captures of what each sees of a route, searched for what it must not: the exit for the consumer, the relay for content, tag
/// and payment, the chain for amounts that tell which lock paid which exit.
/// </summary>
public sealed class RouteCaptureTests
{
    private const string Secret = "the quick brown fox wants nobody to know where it is going";

    [Fact]
    public async Task Captures_OfExitRelayAndChain_HoldNothingThatLinks()
    {
        var relayed = new ConcurrentQueue<byte[]>();
        using var tap = new Tap(relayed);
        await using var world = await RoutedWorld.StartAsync();
        await using var consumer = world.StartConsumer();

        // In front of the exit: what passes here is what the relay has in its hands after it has opened its own session.
        world.Proxy.Bends = grant => grant with { Endpoint = tap.Before(grant.Endpoint) };
        await consumer.ServingAsync();
        await SendSecretAsync(consumer, world.Target);
        await consumer.EchoAsync(world.Target, 2_000_000);
        var lockChannel = consumer.Status.Channels.Single(channel => channel.Kind == "lock");
        consumer.Close(lockChannel);
        await consumer.UntilAsync(status => status.Channels.Any(channel => channel.Kind == "lock" && channel.Phase == "settled"), "the lock is settled");

        var (routeKey, tag) = await RouteOfAsync(world, consumer);
        AssertRelayIsBlind(relayed, world, routeKey, tag);
        AssertExitKnowsNobody(world, routeKey);
        await AssertChainLinksNothingAsync(world, lockChannel.ChannelId);
    }

    // The relay's own plaintext: all that it carries between the consumer and the exit, both ways.
    private static void AssertRelayIsBlind(ConcurrentQueue<byte[]> relayed, RoutedWorld world, byte[] routeKey, Bytes32 tag)
    {
        var all = relayed.SelectMany(part => part).ToArray();
        Assert.True(all.Length > 4_000_000);
        Absent(all, Encoding.ASCII.GetBytes(Secret), "content");
        Absent(all, tag.ToArray(), "the tag");
        Absent(all, routeKey, "the route's key");
        Absent(all, world.Proxy.Pool.PoolId.ToArray(), "the pool");
        Absent(all, world.Proxy.OnlyLock.LockId.ToArray(), "the lock");
        Absent(all, world.Proxy.Address.ToArray(), "the proxy");
        Absent(all, world.Proxy.OnlyLock.NewestPeer!.Signature.ToArray(), "the consumer's unit");
        Absent(all, world.Proxy.OnlyLock.NewestOwn!.Signature.ToArray(), "the proxy's unit");

        // Nor does its gateway tell it.
        var told = world.World.Silo.GatewayFor(TestChannels.Provider.Address).Pushed.SelectMany(part => part).ToArray();
        Absent(told, tag.ToArray(), "the tag");
        Absent(told, world.Proxy.OnlyLock.LockId.ToArray(), "the lock");
    }

    // All that the gateway told the exit, all that the exit knows, and all that it said.
    private static void AssertExitKnowsNobody(RoutedWorld world, byte[] routeKey)
    {
        var parts = new List<byte[]>(world.World.Silo.GatewayFor(RoutedWorld.ExitAddress).Pushed);
        parts.AddRange(world.World.Silo.GatewayFor(RoutedWorld.ExitAddress).Requests.Select((request, i) => GatewayCodec.Encode((uint)i + 1, request)));
        var data = world.World.Data("exit");
        foreach (var file in Directory.EnumerateFiles(data.Path, "journal*"))
        {
            parts.Add(ReadShared(file));
        }

        var all = parts.SelectMany(part => part).ToArray();
        Assert.NotEmpty(all);
        Absent(all, TestChannels.Consumer.Address.ToArray(), "the consumer's address");
        Absent(all, PublicOf(TestChannels.Consumer), "the consumer's public key");
        Absent(all, TestChannels.ConsumerKey, "the consumer's key");
        Absent(all, Encoding.ASCII.GetBytes(TestChannels.Consumer.Address.ToString()), "the consumer's address as text");
        Absent(all, world.Proxy.OnlyLock.LockId.ToArray(), "the lock");
        Absent(all, routeKey, "the route's private key");
        foreach (var unit in new[] { world.Proxy.OnlyLock.NewestPeer!, world.Proxy.OnlyLock.NewestOwn! })
        {
            Absent(all, unit.Signature.ToArray(), "a signature of the lock");
        }

        Absent(all, world.Proxy.OnlyLock.Closure!.Signature.ToArray(), "the lock's closure");
    }

    // What anybody can read there: no amount of the lock is one of the pool, and none is what was used.
    private static async Task AssertChainLinksNothingAsync(RoutedWorld world, string lockId)
    {
        var chain = world.World.Chain;
        var newest = await chain.GetBlockAsync(ReadAt.Latest);
        var events = await chain.GetEventsAsync(0, newest.Number);
        var closed = Assert.Single(events.OfType<ChannelClosed>());
        Assert.Equal(lockId, closed.Channel.ToString());
        Assert.Equal(0UL, closed.BytesUsed % FakeProxy.StepBytes);
        var counted = world.Proxy.OnlyLock.CountedBytes;
        Assert.NotEqual(counted, closed.BytesUsed);
        foreach (var opened in events.OfType<Tachyon.Chain.ChannelOpened>().Where(opened => opened.Terms.Kind == ChannelKind.Lock))
        {
            Assert.Equal(0UL, opened.Terms.CapacityBytes % FakeProxy.StepBytes);
            Assert.NotEqual(world.Proxy.Pool.CapacityBytes, opened.Terms.CapacityBytes);
        }

        // The exit's channel never names the consumer, and the consumer's never the exit.
        foreach (var opened in events.OfType<Tachyon.Chain.ChannelOpened>())
        {
            Assert.False(opened.Terms.Consumer == TestChannels.Consumer.Address && opened.Terms.Provider == RoutedWorld.ExitAddress);
        }
    }

    private static async Task<(byte[] RouteKey, Bytes32 Tag)> RouteOfAsync(RoutedWorld world, RunningNode consumer)
    {
        await Task.CompletedTask;
        var route = Assert.Single(consumer.Parts.Journal.Routes.Load());
        Assert.Equal(world.Proxy.OnlyLock.LockId, route.LockId);
        return (route.RouteKey, route.Tag);
    }

    private static async Task SendSecretAsync(RunningNode consumer, EchoServer target)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(consumer.Status.Socks!));
        var stream = client.GetStream();
        await SocksHandshake.ConnectAsync(stream, target.EndPoint);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Secret));
        var back = new byte[Secret.Length];
        await stream.ReadExactlyAsync(back);
        Assert.Equal(Secret, Encoding.ASCII.GetString(back));
    }

    private static byte[] PublicOf(Protocol.Signing.KeySigner signer)
    {
        var bytes = new byte[Protocol.Signing.PublicKey.Length];
        signer.PublicKey.CopyTo(bytes);
        return bytes;
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static void Absent(byte[] capture, byte[] wanted, string what) =>
        Assert.True(capture.AsSpan().IndexOf(wanted) < 0, $"the capture holds {what}");

    /// <summary>Passes connections on and keeps what goes through.</summary>
    private sealed class Tap(ConcurrentQueue<byte[]> kept) : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private string _behind = "";

        public string Before(string endpoint)
        {
            if (_behind.Length == 0)
            {
                _behind = endpoint;
                _listener.Start();
                _ = AcceptAsync();
            }

            return _listener.LocalEndpoint.ToString()!;
        }

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = PassAsync(await _listener.AcceptTcpClientAsync());
                }
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task PassAsync(TcpClient client)
        {
            using (client)
            {
                using var onward = new TcpClient();
                await onward.ConnectAsync(IPEndPoint.Parse(_behind));
                await Task.WhenAll(CopyAsync(client.GetStream(), onward), CopyAsync(onward.GetStream(), client));
            }
        }

        private async Task CopyAsync(NetworkStream from, TcpClient to)
        {
            var buffer = new byte[65_536];
            try
            {
                while (await from.ReadAsync(buffer) is > 0 and var count)
                {
                    kept.Enqueue(buffer[..count]);
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }

                to.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
            {
                // One of the two hung up.
            }
        }
    }
}
