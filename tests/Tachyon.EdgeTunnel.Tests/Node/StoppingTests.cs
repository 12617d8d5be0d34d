using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.Protocol.Gateway;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>A provider that is told to stop, as by SIGTERM: what runs may end, and every byte is signed for.</summary>
public sealed class StoppingTests : IDisposable
{
    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Provider_ToldToStop_LetsOpenStreamsGoOn_AndEndsOnceTheyAreClosed()
    {
        await using var provider = _world.StartProvider(with: options => options with { DrainTime = TimeSpan.FromMinutes(10) });
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        using var client = await SocksClient.ConnectAsync(IPEndPoint.Parse(consumer.Status.Socks!), "127.0.0.1", _target.EndPoint.Port);
        await EchoAsync(client, 300_000);

        var stopping = provider.StopAsync();
        await Eventually.TrueAsync(() => provider.Status.State == "draining", "the provider drains");
        await EchoAsync(client, 300_000);
        Assert.False(stopping.IsCompleted);

        client.Dispose();
        await stopping.WaitAsync(Eventually.DefaultTimeout);
        var served = provider.OnlyChannel;
        Assert.InRange(served.OwnBytes, 1_200_000UL, 1_300_000UL);
        Assert.True(served.PeerBytes >= served.OwnBytes, $"{served.OwnBytes} bytes served, {served.PeerBytes} signed for");
    }

    [Fact]
    public async Task Provider_WhoseGatewayHangs_ExchangesTheFinalUnitsAllTheSame()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 300_000);
        _world.Silo.Ignores = request => request is Withdraw;

        await provider.StopAsync();

        var served = provider.OnlyChannel;
        Assert.Contains(_world.Silo.Requests, request => request is Withdraw);
        Assert.InRange(served.OwnBytes, 600_000UL, 700_000UL);
        Assert.True(served.PeerBytes >= served.OwnBytes, $"{served.OwnBytes} bytes served, {served.PeerBytes} signed for");
    }

    private static async Task EchoAsync(Socket client, int count)
    {
        await client.SendAsync(new byte[count]);
        await SocksClient.ReadAsync(client, count);
    }
}
