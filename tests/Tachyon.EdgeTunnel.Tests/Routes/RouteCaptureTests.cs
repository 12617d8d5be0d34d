using System.Net;
using System.Net.Sockets;
using System.Text;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>
/// Captures of what each sees of a route, searched for what it must not: the exit for the consumer, the relay for content, tag
/// and payment, the chain for amounts that tell which lock paid which exit. Every frame of either session is read in the clear, as its
/// far end reads it. The transactions of a real chain are searched by the end-to-end tests.
/// </summary>
public sealed class RouteCaptureTests
{
    private const string Secret = "the quick brown fox wants nobody to know where it is going";

    [Fact]
    public async Task Captures_OfExitRelayAndChain_HoldNothingThatLinks()
    {
        RoutedWorld? world = null;
        RunningNode? consumer = null;

        // In front of the relay: its socket to the consumer, and what it reads there. In front of the exit: what the relay carries, and what the exit reads.
        using var relayReads = SessionTap.OfChannel(
            () => IPEndPoint.Parse(world!.Relay.Status.Listen!), () => world!.World.Chain.Domain, TestChannels.ProviderKey, TestChannels.ConsumerKey,
            channelId => consumer!.Parts.Book.Find(channelId)!.ForTunnel());
        using var relaySocket = new Tap(() => relayReads.EndPoint);
        using var exitReads = SessionTap.OfRoute(
            () => IPEndPoint.Parse(world!.Exit.Status.Listen!), () => world!.World.Chain.Domain, RoutedWorld.ExitKey, () => RouteOf(consumer!).RouteKey);
        using var relayed = new Tap(() => exitReads.EndPoint);
        await using (world = await RoutedWorld.StartAsync(options => options with { Advertise = relaySocket.EndPoint.ToString() }))
        {
            world.Proxy.Bends = grant => grant with { Endpoint = relayed.EndPoint.ToString() };
            await using (consumer = world.StartConsumer())
            {
                await UseAsync(consumer, world.Target);
                var route = RouteOf(consumer);
                AssertRelayIsBlind(world, route, [relaySocket.Kept, relayed.Kept], relayReads.Frames);
                AssertExitKnowsNobody(world, route, exitReads.Frames, SignaturesOnDirect(relayReads.Frames));
                await AssertChainLinksNothingAsync(world, route);
            }
        }
    }

    // Two uses, a second session in between, and the lock's end.
    private static async Task UseAsync(RunningNode consumer, EchoServer target)
    {
        await consumer.ServingAsync();
        await SendSecretAsync(consumer, target);
        await consumer.EchoAsync(target, 2_000_000);
        var lockChannel = consumer.Status.Channels.Single(channel => channel.Kind == "lock");
        consumer.Close(lockChannel);
        await consumer.UntilAsync(status => status.Channels.Any(channel => channel.Kind == "lock" && channel.Phase == "settled"), "the lock is settled");
    }

    // Bytes on both its sockets, every frame that it reads, what its gateway tells it, what it says there, and its files.
    private static void AssertRelayIsBlind(RoutedWorld world, RouteRecord route, byte[][] sockets, IReadOnlyList<TappedFrame> frames)
    {
        Assert.All(sockets, socket => Assert.True(socket.Length > 4_000_000));
        Assert.True(frames.Where(frame => frame.Kind == FrameKind.Data).Sum(frame => frame.Bytes.Length) > 4_000_000);
        Assert.Contains(frames, frame => frame is { IsToFar: true, UnitSignature.Length: > 0 });
        byte[][] told = [.. KnownTo(world, TestChannels.Provider.Address, "relay")];
        foreach (var capture in (byte[][])[.. sockets, Bytes(frames), .. told])
        {
            Absent(capture, Encoding.ASCII.GetBytes(Secret), "content");
            Absent(capture, route.Tag.ToArray(), "the tag");
            Absent(capture, route.RouteKey, "the route's private key");
            Absent(capture, AddressOf(route.RouteKey).ToArray(), "the route key's address");
            Absent(capture, PublicOf(route.RouteKey), "the route's public key");
            Absent(capture, world.Proxy.Pool.PoolId.ToArray(), "the pool");
            Absent(capture, route.LockId.ToArray(), "the lock");
            Absent(capture, world.Proxy.Address.ToArray(), "the proxy");
            Absent(capture, world.Proxy.LockSignatures.Select(signature => signature.ToArray()), "a signature of the lock");
        }
    }

    // Every frame that the exit reads, what its gateway tells it, what it says there, and its files.
    private static void AssertExitKnowsNobody(RoutedWorld world, RouteRecord route, IReadOnlyList<TappedFrame> frames, List<byte[]> direct)
    {
        // It is the clear text that is searched, and all of it.
        var read = Bytes(frames);
        Assert.True(read.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Secret)) > 0);
        Assert.All((FrameKind[])[FrameKind.Open, FrameKind.Data, FrameKind.Fin, FrameKind.Goodbye], kind => Assert.Contains(frames, frame => frame.IsToFar && frame.Kind == kind));
        Assert.DoesNotContain(frames, frame => frame.UnitSignature.Length > 0);
        foreach (var capture in (byte[][])[read, .. KnownTo(world, RoutedWorld.ExitAddress, "exit")])
        {
            Absent(capture, TestChannels.Consumer.Address.ToArray(), "the consumer's address");
            Absent(capture, PublicOf(TestChannels.ConsumerKey), "the consumer's public key");
            Absent(capture, TestChannels.ConsumerKey, "the consumer's key");
            Absent(capture, Encoding.ASCII.GetBytes(TestChannels.Consumer.Address.ToString()), "the consumer's address as text");
            Absent(capture, Encoding.ASCII.GetBytes(TestChannels.Consumer.Address.ToString().ToLowerInvariant()), "the consumer's address as text");
            Absent(capture, route.LockId.ToArray(), "the lock");
            Absent(capture, route.RouteKey, "the route's private key");
            Absent(capture, world.Proxy.LockSignatures.Select(signature => signature.ToArray()), "a signature of the lock");
            Absent(capture, direct, "a signature on the channel with the relay");
        }
    }

    // What anybody can read there: no amount of the lock is one of the pool, and none is what was used.
    private static async Task AssertChainLinksNothingAsync(RoutedWorld world, RouteRecord route)
    {
        var chain = world.World.Chain;
        var newest = await chain.GetBlockAsync(ReadAt.Latest);
        var events = await chain.GetEventsAsync(0, newest.Number);
        var closed = Assert.Single(events.OfType<ChannelClosed>());
        Assert.Equal(route.LockId, closed.Channel);
        Assert.Equal(0UL, closed.BytesUsed % FakeProxy.StepBytes);
        var counted = world.Proxy.LockOf(route.LockId).CountedBytes;
        Assert.NotEqual(counted, closed.BytesUsed);
        foreach (var opened in events.OfType<Chain.ChannelOpened>().Where(opened => opened.Terms.Kind == ChannelKind.Lock))
        {
            Assert.Equal(0UL, opened.Terms.CapacityBytes % FakeProxy.StepBytes);
            Assert.NotEqual(world.Proxy.Pool.CapacityBytes, opened.Terms.CapacityBytes);
        }

        // The exit's channel never names the consumer, and the consumer's never the exit.
        foreach (var opened in events.OfType<Chain.ChannelOpened>())
        {
            Assert.False(opened.Terms.Consumer == TestChannels.Consumer.Address && opened.Terms.Provider == RoutedWorld.ExitAddress);
        }
    }

    private static IEnumerable<byte[]> KnownTo(RoutedWorld world, Address node, string name)
    {
        var gateway = world.World.Silo.GatewayFor(node);
        var files = Directory.EnumerateFiles(world.World.Data(name).Path, "journal*").Select(ReadShared).ToList();
        Assert.NotEmpty(files);
        return [.. gateway.Pushed, .. gateway.Requests.Select((request, i) => GatewayCodec.Encode((uint)i + 1, request)), .. files];
    }

    private static List<byte[]> SignaturesOnDirect(IReadOnlyList<TappedFrame> frames)
    {
        var signatures = frames.Where(frame => frame.UnitSignature.Length > 0).Select(frame => frame.UnitSignature).ToList();
        Assert.NotEmpty(signatures);
        return signatures;
    }

    private static RouteRecord RouteOf(RunningNode consumer) => Assert.Single(consumer.Parts.Journal.Routes.Load());

    private static byte[] Bytes(IReadOnlyList<TappedFrame> frames) => [.. frames.SelectMany(frame => frame.Bytes)];

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

    private static Address AddressOf(byte[] key)
    {
        using var signer = new KeySigner(key);
        return signer.Address;
    }

    // X alone, which every way of writing a public key begins with.
    private static byte[] PublicOf(byte[] key)
    {
        using var signer = new KeySigner(key);
        var bytes = new byte[PublicKey.Length];
        signer.PublicKey.CopyTo(bytes);
        return bytes[..Bytes32.Length];
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static void Absent(byte[] capture, byte[] wanted, string what) => Assert.True(capture.AsSpan().IndexOf(wanted) < 0, $"the capture holds {what}");

    private static void Absent(byte[] capture, IEnumerable<byte[]> wanted, string what)
    {
        foreach (var one in wanted)
        {
            Absent(capture, one, what);
        }
    }
}
