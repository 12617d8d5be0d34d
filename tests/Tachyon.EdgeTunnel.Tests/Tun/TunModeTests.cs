using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.Protocol.Datagrams;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tun;

/// <summary>Real devices in networks of their own: what a machine sends arrives, is counted by the same rule, and is paid for.</summary>
public sealed class TunModeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Packets_OfBothFamilies_ArriveAndAreCountedAlike()
    {
        using var channel = new TestChannel();
        await using var pair = await TunPair.ConnectAsync(channel);
        await pair.PingAsync(TunPair.Internet);
        await pair.PingAsync(TunPair.InternetV6);
        await pair.EchoAsync(TunPair.Internet, 20_000_000);
        await pair.EchoAsync(TunPair.InternetV6, 5_000_000);

        // Nothing is lost here, so both count the same, headers included, and the units follow.
        await Eventually.TrueAsync(() => pair.ConsumerStats.OwnBytes == pair.ProviderStats.OwnBytes, "equal counts", Patience);
        Assert.InRange(pair.ConsumerStats.OwnBytes, 50_000_000ul, 60_000_000ul);
        await Eventually.TrueAsync(() => pair.ProviderStats.AgreedBytes + 1_000 > pair.ProviderStats.OwnBytes, "the last unit", Patience);
        var end = await pair.Tunnel.StopAsync();
        Assert.True(end.Settled, end.Detail);
    }

    [Fact]
    public async Task Packets_LostDoubledAndReordered_WithinTheTolerance_EndInNoDispute()
    {
        using var channel = new TestChannel(tolerancePpm: 100_000);
        await using var pair = await TunPair.ConnectAsync(channel);
        await pair.PingAsync(TunPair.Internet);
        (pair.Network.Loss, pair.Network.Duplication, pair.Network.Reordering) = (0.002, 0.01, 0.01);
        await pair.EchoAsync(TunPair.Internet, 8_000_000);
        (pair.Network.Loss, pair.Network.Duplication, pair.Network.Reordering) = (0, 0, 0);

        Assert.True(pair.Network.Lost > 0);
        await Eventually.TrueAsync(() => pair.ProviderLink.MissingGroups + pair.Consumer.Link!.MissingGroups > 0, "losses to be seen", Patience);
        Assert.True(pair.Tunnel.IsOpen);
        var end = await pair.Tunnel.StopAsync();
        Assert.True(end.Settled, end.Detail);

        // What was lost on the way down is the provider's loss, within what both accepted; what was lost on the way up is the consumer's.
        var (consumer, provider) = (pair.ConsumerStats, pair.ProviderStats);
        Assert.True(provider.AgreedBytes + (provider.OwnBytes / 10) >= provider.OwnBytes);
        Assert.True(consumer.OwnUnitBytes <= consumer.OwnBytes + (consumer.OwnBytes / 10) + 1_000);
    }

    [Fact]
    public async Task Packets_LostFarBeyondTheTolerance_EndTheSession_AndCostEitherSideNoMoreThanACheckpoint()
    {
        const uint tolerancePpm = 1_000;
        const ulong checkpoint = 5_000_000;
        using var channel = new TestChannel(tolerancePpm: tolerancePpm);
        await using var pair = await TunPair.ConnectAsync(channel);
        await pair.PingAsync(TunPair.Internet);
        using var asked = pair.ProviderNetwork.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(TunPair.Internet, 0));
            return socket;
        });
        using var client = pair.ConsumerNetwork.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        await client.SendToAsync("all of it"u8.ToArray(), asked.LocalEndPoint!);
        var from = (await asked.ReceiveFromAsync(new byte[100], new IPEndPoint(IPAddress.Any, 0)).WaitAsync(Patience)).RemoteEndPoint;

        // Without the means to slow down that TCP has.
        pair.Network.Loss = 0.3;
        var flood = Task.Run(() =>
        {
            var datagram = new byte[1_300];
            while (!pair.Tunnel.Completion.IsCompleted)
            {
                asked.SendTo(datagram, from);
            }
        });
        var end = await pair.Tunnel.Completion.WaitAsync(Patience);
        await flood;

        // The consumer concedes what it may and leaves, or the provider waits in vain. Nobody signs a dispute: the channel stays.
        Assert.True(end.Reason is Protocol.Frames.GoodbyeReason.Dispute or Protocol.Frames.GoodbyeReason.PauseTimedOut, $"{end.Reason}: {end.Detail}");
        var (consumer, provider) = (pair.ConsumerStats, pair.ProviderStats);
        var boundBytes = checkpoint + (((provider.OwnBytes / checkpoint) + 1) * checkpoint * tolerancePpm / 1_000_000);
        Assert.True(provider.OwnBytes > consumer.OwnBytes + checkpoint, $"only {provider.OwnBytes - consumer.OwnBytes} bytes were lost");
        Assert.True(provider.OwnBytes <= provider.PeerUnitBytes + boundBytes, $"the provider carried {provider.OwnBytes} bytes, {provider.PeerUnitBytes} are signed");
        Assert.True(consumer.OwnUnitBytes <= consumer.OwnBytes + boundBytes, $"the consumer used {consumer.OwnBytes} bytes and signed {consumer.OwnUnitBytes}");
        Assert.True(provider.OwnUnitBytes <= provider.PeerUnitBytes, "the provider disputes");
    }

    [Fact]
    public async Task Rate_OfAChannel_HoldsForPacketsOfBothDirections_AndLosesThemNoDispute()
    {
        const long rate = 2_000_000;
        using var channel = new TestChannel();
        await using var pair = await TunPair.ConnectAsync(channel, limits: new ExitLimits { RateBytesPerSecond = rate });
        await pair.PingAsync(TunPair.Internet);

        var started = Stopwatch.GetTimestamp();
        await pair.EchoAsync(TunPair.Internet, 3_000_000);
        var took = Stopwatch.GetElapsedTime(started);

        // Both directions, headers included, but for what may go at once.
        Assert.True(took.TotalSeconds > (6_000_000 - (rate / 4) - 200_000) / (double)rate, $"6 MB took {took.TotalSeconds:0.00} s at {rate} bytes a second");
        Assert.True(pair.Tunnel.IsOpen);
        var end = await pair.Tunnel.StopAsync();
        Assert.True(end.Settled, end.Detail);
        Assert.True(pair.ProviderStats.OwnBytes <= pair.ConsumerStats.OwnBytes + 5_000, "what is lost over the rate is lost before the provider counts it");
    }

    [Fact]
    public async Task Keys_ChangedUnderTraffic_LoseNothing()
    {
        using var channel = new TestChannel();
        var options = new PacketLinkOptions { Limits = new DatagramLimits(1_000_000, 1_000_000, TimeSpan.FromMinutes(2), 2_000_000) };
        await using var pair = await TunPair.ConnectAsync(channel, options);
        await pair.PingAsync(TunPair.Internet);
        await pair.EchoAsync(TunPair.Internet, 10_000_000);
        Assert.True(pair.ProviderLink.Rekeys is { Own: > 8, Peer: > 8 }, $"{pair.ProviderLink.Rekeys}");
        await Eventually.TrueAsync(() => pair.ConsumerStats.OwnBytes == pair.ProviderStats.OwnBytes, "equal counts", Patience);
    }

    [Fact]
    public async Task Consumer_AtAnotherAddress_IsFollowed_ButNotForAnOldDatagram()
    {
        using var channel = new TestChannel();
        await using var pair = await TunPair.ConnectAsync(channel);
        await pair.PingAsync(TunPair.Internet);
        var old = pair.Network.Seen!;
        pair.Network.Roam();
        await pair.PingAsync(TunPair.Internet);
        await pair.EchoAsync(TunPair.Internet, 1_000_000);

        // Replayed from a third address: were it followed, answers would go there and no further ping be answered at once.
        pair.Network.Inject(old);
        pair.Network.Inject(pair.Network.Seen!);
        await pair.EchoAsync(TunPair.Internet, 1_000_000);
    }

    [Fact]
    public async Task Datagrams_OfStrangers_ReachNothingAndCostNothing()
    {
        using var channel = new TestChannel();
        await using var pair = await TunPair.ConnectAsync(channel);
        await pair.PingAsync(TunPair.Internet);
        var genuine = pair.Network.Seen!;
        await Eventually.TrueAsync(() => pair.ConsumerStats.OwnBytes == pair.ProviderStats.OwnBytes, "quiet", Patience);
        var before = pair.ProviderStats.OwnBytes;
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            byte[] datagram = random.Next(4) == 0 ? new byte[random.Next(1, 1_472)] : [.. genuine];
            if (datagram.Length != genuine.Length)
            {
                random.NextBytes(datagram);
            }
            else
            {
                datagram[random.Next(datagram.Length)] ^= (byte)(1 << random.Next(8));
            }

            pair.Network.Inject(datagram);
        }

        await Eventually.TrueAsync(() => pair.Packets.UnknownDatagrams > 0, "strangers to be seen", Patience);
        Assert.Equal(before, pair.ProviderStats.OwnBytes);
        await pair.EchoAsync(TunPair.Internet, 1_000_000);
    }

    [Fact]
    public async Task Packets_ToPrivateAndOtherRefusedAddresses_NeverLeaveTheProvider()
    {
        using var channel = new TestChannel();
        await using var pair = await TunPair.ConnectAsync(channel);
        string[] refused = ["10.9.9.9", "172.16.1.1", "192.168.7.7", "100.64.0.9", "169.254.169.254", "198.18.0.1", "fd00::9", "2001:db8::9"];
        pair.ProviderNetwork.Ip.Run(refused.Select(address => address.Contains(':') ? $"-6 addr add {address}/128 dev lo nodad" : $"addr add {address}/32 dev lo"));
        using var listener = pair.ProviderNetwork.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            return socket;
        });
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await pair.PingAsync(TunPair.Internet);
        var refusedBefore = pair.ProviderLink.RefusedPackets;
        pair.ConsumerNetwork.Run(() =>
        {
            foreach (var address in refused.Select(IPAddress.Parse))
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.SendTo("refused"u8, new IPEndPoint(address, port));
            }

            using var last = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            return last.SendTo("allowed"u8, new IPEndPoint(TunPair.Internet, port));
        });

        var buffer = new byte[100];
        var received = await listener.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).AsTask().WaitAsync(Patience);
        Assert.Equal("allowed"u8, buffer.AsSpan(0, received));
        Assert.Equal(refusedBefore + refused.Length, pair.ProviderLink.RefusedPackets);
    }

    [Fact]
    public async Task Packet_TooLargeForTheTunnel_IsToldToItsSender()
    {
        using var channel = new TestChannel();
        await using var pair = await TunPair.ConnectAsync(channel);
        await pair.PingAsync(TunPair.Internet);
        var error = pair.ConsumerNetwork.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { DontFragment = true };
            Assert.Equal(1_420 - 28, socket.SendTo(new byte[1_420 - 28], new IPEndPoint(TunPair.Internet, 9)));
            return Assert.Throws<SocketException>(() => socket.SendTo(new byte[1_421 - 28], new IPEndPoint(TunPair.Internet, 9))).SocketErrorCode;
        });
        Assert.Equal(SocketError.MessageSize, error);
    }

    [Fact]
    public async Task Session_ThatBreaks_IsTakenUpAgain_AndConnectionsInTheTunnelLive()
    {
        using var channel = new TestChannel();
        await using var pair = await TunPair.ConnectAsync(channel);
        await pair.PingAsync(TunPair.Internet);
        using var listener = pair.ProviderNetwork.Run(() =>
        {
            var server = new TcpListener(TunPair.Internet, 0);
            server.Start();
            return server;
        });
        using var client = pair.ConsumerNetwork.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        var accepting = listener.AcceptSocketAsync();
        await client.ConnectAsync(listener.LocalEndpoint).WaitAsync(Patience);
        using var server = await accepting;
        await pair.Tunnel.DisposeAsync();
        Assert.Null(pair.Consumer.Link);
        await client.SendAsync("through"u8.ToArray());
        await pair.ConnectAsync();
        var buffer = new byte[100];
        var received = await server.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).AsTask().WaitAsync(Patience);
        Assert.Equal("through"u8, buffer.AsSpan(0, received));
    }

    [Fact]
    public async Task Channel_UsedUp_EndsInOrder_AndNoPacketGoesBeyondItsCapacity()
    {
        using var channel = new TestChannel(capacityBytes: 3_000_000);
        await using var pair = await TunPair.ConnectAsync(channel);
        await pair.PingAsync(TunPair.Internet);
        _ = pair.EchoAsync(TunPair.Internet, 10_000_000).ContinueWith(_ => { }, TaskScheduler.Default);
        var end = await pair.Tunnel.Completion.WaitAsync(Patience);
        Assert.Equal(Protocol.Frames.GoodbyeReason.CapacityReached, end.Reason);
        Assert.True(pair.ConsumerStats.OwnUnitBytes <= 3_000_000);
        Assert.True(pair.ProviderStats.OwnBytes <= 3_000_000);
    }
}
