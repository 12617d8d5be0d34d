using System.Net;
using System.Net.Sockets;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>Somebody on the path between two whole nodes, and what it costs them on chain: nothing but what was lost in between.</summary>
public sealed class MiddleManTests : IDisposable
{
    private const ulong AllowanceBytes = 5_000; // 1,000 ppm of a checkpoint

    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task MiddleMan_WithCertificatesOfItsOwn_IsRefusedByBoth_AndSeesNoPayload()
    {
        using var middle = new TerminatingForwarder();
        await using var provider = _world.StartProvider(with: options => options with { Advertise = middle.EndPoint.ToString() });
        await provider.ServingAsync();
        middle.Target = IPEndPoint.Parse(provider.Status.Listen!);

        await using var consumer = _world.StartConsumer();
        await consumer.UntilAsync(
            status => middle.Refused > 2 && status.State == "connecting" && status.Detail is not null, "several connections are refused");

        Assert.Equal(0UL, consumer.OnlyChannel.OwnBytes + provider.OnlyChannel.OwnBytes);
        Assert.Equal(0, provider.Status.Totals.Sessions);
        Assert.False(consumer.OnlyChannel.Connected);
        // The one signature that each side shows it binds the certificates that it saw, so neither fits the other side's.
        Assert.InRange(middle.PassedBytes, 1, 10_000 * middle.Refused);
    }

    [Theory]
    [InlineData(Tampering.Flip)]
    [InlineData(Tampering.Drop)]
    [InlineData(Tampering.Replay)]
    [InlineData(Tampering.Reorder)]
    [InlineData(Tampering.Truncate)]
    public async Task MiddleMan_ThatTampers_EndsTheConnection_AndTheNextGoesOn_AndBothSettleWhatWasUsed(Tampering kind)
    {
        RunningNode? serving = null;
        using var middle = new TamperingForwarder(() => IPEndPoint.Parse(serving!.Status.Listen!));
        await using var provider = serving = _world.StartProvider(with: options => options with { Advertise = middle.EndPoint.ToString() });
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        ulong usedBytes = 0;
        foreach (var (afterBytes, toProvider) in ((long, bool)[])[(400_000, true), (150_000, false), (10, true), (10, false)])
        {
            var connections = middle.Connections;
            middle.Next = (kind, afterBytes, toProvider);
            await Eventually.TrueAsync(
                async () =>
                {
                    usedBytes += await TryEchoAsync(consumer, 700_000);
                    return middle.IsDone && middle.Connections > connections;
                },
                "another connection follows");
        }

        middle.Next = (Tampering.None, 0, false);
        await Eventually.TrueAsync(async () => await TryEchoAsync(consumer, 700_000) is > 0 and var used && (usedBytes += used) > 0, "the tunnel serves again");
        consumer.Close(consumer.OnlyChannel);
        await consumer.UntilAsync(status => status.Channels[0] is { Phase: "settled", Settlement: not null }, "the channel is settled");
        await provider.UntilAsync(status => status.Channels[0] is { Phase: "settled", Settlement: not null }, "the channel is settled");

        // Closed by both, so nothing was disputed and nothing burned.
        var events = await _world.Chain.GetEventsAsync(0, (await _world.Chain.GetBlockAsync(ReadAt.Latest)).Number);
        var paidBytes = Assert.Single(events.OfType<ChannelClosed>()).BytesUsed;
        var boundBytes = ProtocolConstants.CheckpointBytes + AllowanceBytes;
        Assert.True(paidBytes + AllowanceBytes >= usedBytes, $"{usedBytes} bytes arrived whole, {paidBytes} are paid");
        Assert.True(paidBytes <= consumer.OnlyChannel.OwnBytes + boundBytes, $"the consumer counts {consumer.OnlyChannel.OwnBytes}, {paidBytes} are paid");
        Assert.True(paidBytes + boundBytes >= provider.OnlyChannel.OwnBytes, $"the provider counts {provider.OnlyChannel.OwnBytes}, {paidBytes} are paid");
        var paid = TestChannels.Terms().Price(paidBytes);
        Assert.Equal(paid, await _world.Chain.GetBalanceAsync(TestChannels.Provider.Address, ReadAt.Latest));
        Assert.Equal(NodeWorld.Purse - paid, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    // What went both ways; zero where the tunnel failed meanwhile. What comes is never wrong.
    private async Task<ulong> TryEchoAsync(RunningNode consumer, int bytes)
    {
        var (socket, reply) = await SocksClient.RequestAsync(IPEndPoint.Parse(consumer.Status.Socks!), "127.0.0.1", _target.EndPoint.Port);
        using (socket)
        {
            if (reply != 0)
            {
                return 0;
            }

            var sent = new byte[bytes];
            Random.Shared.NextBytes(sent);
            var sending = SendAsync(socket, sent);
            var received = 0;
            try
            {
                var buffer = new byte[64 * 1024];
                while (received < bytes && await socket.ReceiveAsync(buffer) is > 0 and var count)
                {
                    Assert.True(buffer.AsSpan(0, count).SequenceEqual(sent.AsSpan(received, count)), "what came through is changed");
                    received += count;
                }
            }
            catch (SocketException)
            {
                // The tunnel reset the stream.
            }

            return received == bytes && await sending ? 2 * (ulong)bytes : 0;
        }
    }

    private static async Task<bool> SendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await socket.SendAsync(bytes.AsMemory(sent));
            }

            return true;
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
