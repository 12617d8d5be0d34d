using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>Whatever an edge does, it ends its own connection at most; the others are served on.</summary>
public sealed class HostileEdgeTests : IAsyncLifetime
{
    private TestSilo _silo = null!;
    private TestEdge _hostile = null!;
    private TestEdge _honest = null!;

    public async Task InitializeAsync()
    {
        _silo = await TestSilo.StartAsync(changes:
        [
            ("Gateway:MaxStrangers", "5"), ("Gateway:RequestsPerSecond", "1"), ("Gateway:RequestBurst", "20"),
        ]);
        _honest = await _silo.ConnectAsync(1);
        _hostile = await _silo.ConnectAsync(2);
    }

    public async Task DisposeAsync()
    {
        Assert.IsType<Accepted>(await _honest.AskAsync(Heartbeat.Instance));
        _honest.Dispose();
        _hostile.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task Garbage_EndsTheConnectionWithAReason()
    {
        await _hostile.SendAsync([0x55, 1, 2, 3, 4, 5, 6]);

        Assert.Equal(GatewayErrorCode.Malformed, (await _hostile.EndAsync()).Code);
    }

    [Fact]
    public async Task Reply_FromAnEdge_EndsTheConnection()
    {
        await _hostile.SendAsync(GatewayCodec.Encode(1, Accepted.Instance));

        Assert.Equal(GatewayErrorCode.OutOfOrder, (await _hostile.EndAsync()).Code);
    }

    [Theory]
    [InlineData(GatewayLimits.MaxMessageBytes + 1)]
    [InlineData(1_000_000)]
    public async Task Message_ThatIsTooLong_EndsTheConnectionWithAReason(int length)
    {
        await _hostile.SendAsync(new byte[length]);

        Assert.Equal(GatewayErrorCode.TooLong, (await _hostile.EndAsync()).Code);
    }

    [Fact]
    public async Task RandomMessages_NeverHurtTheGateway()
    {
        var random = new Random(20_261_122);
        for (var i = 0; i < 50; i++)
        {
            using var edge = _silo.NewEdge(100 + i);
            await edge.EnterAsync(_silo.Url);
            var bytes = new byte[5 + random.Next(400)];
            random.NextBytes(bytes);
            bytes[0] = (byte)(1 + random.Next(16));
            await edge.SendAsync(bytes);

            // A refusal, an error or an answer: anything but silence.
            Assert.NotNull(await edge.ReceiveAsync());
        }
    }

    [Fact]
    public async Task Requests_AboveTheRate_AreRefusedOneByOne()
    {
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            refused += await _hostile.AskAsync(Heartbeat.Instance) is GatewayError { Code: GatewayErrorCode.TooMany } ? 1 : 0;
        }

        Assert.InRange(refused, 1, 20);
    }

    [Fact]
    public async Task Budget_IsThatOfTheIdentity_AndNotRenewedByConnectingAgain()
    {
        for (var i = 0; i < 25; i++)
        {
            await _hostile.AskAsync(Heartbeat.Instance);
        }

        using var again = await _silo.ConnectAsync(2);
        var replies = new List<GatewayReply>();
        for (var i = 0; i < 10; i++)
        {
            replies.Add(await again.AskAsync(Heartbeat.Instance));
        }

        Assert.Contains(replies, reply => reply is GatewayError { Code: GatewayErrorCode.TooMany });
    }

    [Fact]
    public async Task Strangers_AboveTheLimitOfOneAddress_AreTurnedAway()
    {
        var strangers = Enumerable.Range(200, 5).Select(_silo.NewEdge).ToList();
        foreach (var stranger in strangers)
        {
            await stranger.DialAsync(_silo.Url);
        }

        await Eventually.TrueAsync(() => _silo.Edges.Connections == 7, "all strangers counted");
        using var tooMany = _silo.NewEdge(300);
        await tooMany.DialAsync(_silo.Url);
        Assert.Equal(GatewayErrorCode.TooMany, (await tooMany.EndAsync()).Code);

        // Proving a key makes room.
        await strangers[0].ProveAsync(_silo.Url);
        using var next = _silo.NewEdge(301);
        await Eventually.TrueAsync(
            async () =>
            {
                await next.DialAsync(_silo.Url);
                return await next.AskAsync(new Hello(GatewayLimits.Version, _silo.Chain.Domain)) is Challenge;
            },
            "room for another");
        strangers.ForEach(stranger => stranger.Dispose());
    }
}
