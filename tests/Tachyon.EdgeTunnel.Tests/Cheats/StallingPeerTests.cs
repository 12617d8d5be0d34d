using System.Net;
using System.Net.Sockets;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>Peers and clients that say nothing, read nothing or ask without end: whole nodes go on serving everybody else.</summary>
public sealed class StallingPeerTests : IDisposable
{
    private static readonly byte[] HonestKey = TestChannels.Key(9);

    private readonly NodeWorld _world = new() { TunnelOptions = new TunnelOptions { HandshakeTimeout = TimeSpan.FromSeconds(5), PeerTimeout = TimeSpan.FromSeconds(12), PingInterval = TimeSpan.FromSeconds(2) } };
    private readonly EchoServer _target = new();
    private readonly List<Socket> _sockets = [];

    public StallingPeerTests()
    {
        using var honest = new KeySigner(HonestKey);
        _world.Chain.Fund(honest.Address, NodeWorld.Purse);
        _world.Chain.Fund(TestChannels.Provider.Address, TokenAmount.Zero);
    }

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Strangers_WhoConnectAndSayNothing_HoldNobodyUp()
    {
        // So patient that whoever had to wait for a stranger's time to run out would wait longer than this test.
        _world.TunnelOptions = _world.TunnelOptions with { HandshakeTimeout = TimeSpan.FromMinutes(20) };
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        // More than may introduce themselves at a time, half of them with the first byte of TLS.
        for (var i = 0; i < 300; i++)
        {
            var socket = await ConnectAsync(provider.Status.Listen!);
            await socket.SendAsync(i % 2 == 0 ? new byte[] { 0x16 } : Array.Empty<byte>());
        }

        // Whoever is in is served meanwhile, and whoever comes gets in: the longest silent had to go.
        await consumer.EchoAsync(_target, 100_000);
        await using var other = _world.StartConsumer(name: "honest", key: HonestKey);
        await other.ServingAsync();
        await other.EchoAsync(_target, 100_000);
        await Task.WhenAll(_sockets.Take(40).Select(HungUpAsync)).WaitAsync(Eventually.DefaultTimeout);
    }

    [Fact]
    public async Task Consumer_ThatReadsNothing_IsSentItsFirstCreditAtMost_AndHungUpOn()
    {
        await using var provider = _world.StartProvider();
        await using var target = new ByteSource(50_000_000);
        await using var rogue = await RogueConsumer.ConnectAsync(_world, provider, _ => 0);
        await rogue.Tunnel.DisposeAsync();
        await provider.UntilAsync(status => status.Totals.Sessions == 0, "the session is over");
        await using var honest = _world.StartConsumer(name: "honest", key: HonestKey);
        await honest.ServingAsync();

        // From here on it is this test that speaks for it, frame by frame, and never listens.
        var socket = await ConnectAsync(provider.Status.Listen!);
        var channel = new TunnelChannel(rogue.Terms.ChannelId(_world.Chain.Domain), rogue.Terms, rogue.Terms.CapacityBytes);
        var handshake = await new SessionHandshake(TestChannels.Consumer, new SignatureVerifier(), _world.Chain.Domain, TimeSpan.FromSeconds(60), TimeProvider.System)
            .ConnectAsync(SocketStream.Over(socket), channel, CancellationToken.None);
        Assert.Equal(HandshakeFault.None, handshake.Fault);
        await using var transport = handshake.Transport!;
        await transport.SendAsync(FrameBytes.Of(FrameKind.UnitShown, 0, []));
        for (uint stream = 1; stream < 40; stream += 2)
        {
            await transport.SendAsync(FrameBytes.Of(FrameKind.Open, stream, OpenPayloadOf(target.Port)));
            await transport.SendAsync(FrameBytes.Of(FrameKind.Data, stream, [1]));
        }

        await provider.UntilAsync(status => Of(status, channel).OwnBytes > 100_000, "the provider serves");
        await honest.EchoAsync(_target, 1_000_000);
        await provider.UntilAsync(status => !Of(status, channel).Connected, "the provider hangs up");

        var servedBytes = Of(provider.Status, channel).OwnBytes;
        Assert.InRange(servedBytes, 100_000UL, ProtocolConstants.InitialCreditBytes + rogue.Terms.AllowancePerCheckpointBytes);
        Assert.Equal(CloseRequestOutcome.Started, await provider.ForceCloseAsync(channel.ChannelId, CloseRoute.OwnAccount));
        await provider.UntilAsync(status => Of(status, channel).Phase == "closing", "the channel closes");
        _world.Chain.AdvanceTime(TimeSpan.FromHours(12));
        await provider.UntilAsync(status => Of(status, channel).Phase == "settled", "the channel is settled");
        Assert.Equal(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task Consumer_ThatOpensStreamsWithoutEnd_GetsSoMany_AndOthersAreServed()
    {
        await using var provider = _world.StartProvider(with: options => options with { MaxStreams = 40 });
        await using var rogue = await RogueConsumer.ConnectAsync(_world, provider, used => used);
        await using var honest = _world.StartConsumer(name: "honest", key: HonestKey);
        await honest.ServingAsync();

        var target = TestTargets.Create("127.0.0.1", _target.EndPoint.Port);
        var opening = Enumerable.Range(0, 1_000).Select(_ => rogue.Tunnel.OpenAsync(target, CancellationToken.None)).ToList();
        await honest.EchoAsync(_target, 1_000_000);
        var outcomes = (await Task.WhenAll(opening).WaitAsync(Eventually.DefaultTimeout)).CountBy(one => one.Outcome).ToDictionary();

        Assert.Equal(40, outcomes[OpenOutcome.Connected]);
        Assert.Equal(960, outcomes[OpenOutcome.TooManyStreams]);
        Assert.True(rogue.Tunnel.IsOpen);
        Assert.Equal(0UL, rogue.Role.UsedBytes);
    }

    [Fact]
    public async Task Clients_ThatSayNothingOrReadNothing_LeaveTheProxyToOthers()
    {
        await using var provider = _world.StartProvider();
        await using var target = new ByteSource(50_000_000);
        await using var consumer = _world.StartConsumer(with: options => options with { CapacityBytes = 1_000_000_000 });
        await consumer.ServingAsync();
        for (var i = 0; i < 200; i++)
        {
            var socket = await ConnectAsync(consumer.Status.Socks!);
            await socket.SendAsync(i % 2 == 0 ? "\x05"u8.ToArray() : "GET"u8.ToArray());
        }

        var silent = _sockets.ToList();
        for (var i = 0; i < 10; i++)
        {
            var reading = await SocksClient.ConnectAsync(IPEndPoint.Parse(consumer.Status.Socks!), "127.0.0.1", target.Port);
            _sockets.Add(reading);
            await reading.SendAsync(new byte[] { 1 });
        }

        await consumer.EchoAsync(_target, 1_000_000);
        await Task.WhenAll(silent.Select(HungUpAsync)).WaitAsync(Eventually.DefaultTimeout);
        await consumer.EchoAsync(_target, 1_000_000);

        // What they were sent and did not read is bounded by the streams' windows, and used all the same.
        Assert.InRange(consumer.OnlyChannel.OwnBytes, 4_000_000UL, 4_000_000UL + (10 * 24_000_000UL));
    }

    private static ChannelDocument Of(StatusDocument status, TunnelChannel channel) =>
        status.Channels.Single(one => one.ChannelId == channel.ChannelId.ToString());

    private static byte[] OpenPayloadOf(int port)
    {
        var payload = new byte[OpenPayload.MaxBytes];
        return payload[..OpenPayload.Write(payload, TestTargets.Create("127.0.0.1", port))];
    }

    private async Task<Socket> ConnectAsync(string endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets.Add(socket);
        await socket.ConnectAsync(IPEndPoint.Parse(endPoint));
        return socket;
    }

    private static async Task HungUpAsync(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[100]) > 0)
            {
                // The proxy says what is wrong first.
            }
        }
        catch (SocketException)
        {
            // Reset.
        }
    }
}
