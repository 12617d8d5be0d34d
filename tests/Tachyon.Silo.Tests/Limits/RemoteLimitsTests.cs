using System.Net;
using System.Net.WebSockets;
using Tachyon.Grains;
using Tachyon.Protocol;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Limits;

/// <summary>A remote address asks too much, under however many keys; the others are served on.</summary>
public sealed class RemoteLimitsTests
{
    [Fact]
    public async Task Messages_OfOneAddress_AreCountedOverAllItsKeys()
    {
        await using var silo = await TestSilo.StartAsync(changes: [("Gateway:MessagesPerSecond", "1"), ("Gateway:MessageBurst", "30")]);
        var refused = 0;
        for (var key = 1; key <= 6 && refused == 0; key++)
        {
            using var edge = await silo.ConnectAsync(key);
            for (var i = 0; i < 5; i++)
            {
                refused += await edge.AskAsync(Heartbeat.Instance) is GatewayError { Code: GatewayErrorCode.TooMany, RetryAfterMs: > 0 } ? 1 : 0;
            }
        }

        Assert.NotEqual(0, refused);
    }

    [Fact]
    public async Task Connections_TooOften_AreRefusedBeforeTheUpgrade_WithATime()
    {
        await using var silo = await TestSilo.StartAsync(changes: [("Gateway:AuthenticationsPerSecond", "1"), ("Gateway:AuthenticationBurst", "3")]);
        using var edge = silo.NewEdge(1);
        for (var i = 0; i < 3; i++)
        {
            await edge.DialAsync(silo.Url);
        }

        await Assert.ThrowsAsync<WebSocketException>(() => edge.DialAsync(silo.Url));
        using var request = Upgrade(silo.Url);
        using var answer = await silo.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Connections_OfOneAddress_AreLimited_AlsoWithProvenKeys()
    {
        await using var silo = await TestSilo.StartAsync(changes: ("Gateway:ConnectionsPerAddress", "2"));
        using var one = await silo.ConnectAsync(1);
        using var two = await silo.ConnectAsync(2);
        using var three = silo.NewEdge(3);
        await three.DialAsync(silo.Url);

        var error = await three.EndAsync();
        Assert.Equal(GatewayErrorCode.TooMany, error.Code);
        Assert.True(error.RetryAfterMs > 0);
        Assert.IsType<Accepted>(await one.AskAsync(Heartbeat.Instance));
    }

    [Fact]
    public async Task MadeUpChannels_AreRefusedAfterAWhile_InEveryWayOfNamingOne_AndRealOnesAreNot()
    {
        await using var silo = await TestSilo.StartAsync(changes: [("Gateway:UnknownChannelBurst", "8"), ("Gateway:UnknownChannelsPerSecond", "1")]);
        using var consumer = await silo.ConnectAsync(1);
        using var provider = await silo.ConnectAsync(2);
        var (terms, channelId) = await silo.OpenActiveAsync(consumer, provider);
        Assert.IsType<ChannelViewReply>(await consumer.AskAsync(new ChannelViewRequest(channelId)));

        // Views, units and a notice of channels that there are none of.
        var replies = new List<GatewayReply>();
        for (var i = 0; i < 12; i++)
        {
            replies.Add(await consumer.AskAsync(new ChannelViewRequest(new ChannelId(Keccak256.HashText($"made up {i}")))));
        }

        Assert.Contains(replies, reply => reply is Refused { Reason: RefusalReason.UnknownChannel });
        Assert.Contains(replies, reply => reply is Refused { Reason: RefusalReason.TooManyUnknown, RetryAfterMs: > 0 });
        var madeUp = silo.NewTerms(consumer, provider);
        var ack = Assert.IsType<UnitsAck>(await consumer.AskAsync(new SubmitUnits([new ChannelUnits(consumer.Unit(madeUp, 1, 1_000), null)])));
        Assert.Contains(ack.Channels[0].Refusal, new[] { RefusalReason.TooManyUnknown, RefusalReason.UnknownChannel });

        // The real channel is served on.
        ack = Assert.IsType<UnitsAck>(await consumer.AskAsync(new SubmitUnits([new ChannelUnits(consumer.Unit(terms, 1, 1_000), null)])));
        Assert.Equal(RefusalReason.None, ack.Channels[0].Refusal);
    }

    [Fact]
    public async Task Rest_IsLimitedPerAddress_HealthIsNot()
    {
        await using var silo = await TestSilo.StartAsync(changes: [("Gateway:RestBurst", "3"), ("Gateway:RestRequestsPerSecond", "1")]);
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 10 && refused is null; i++)
        {
            var answer = await silo.Http.GetAsync(new Uri("/v1/settlement", UriKind.Relative));
            refused = answer.StatusCode == HttpStatusCode.TooManyRequests ? answer : null;
        }

        Assert.NotNull(refused?.Headers.RetryAfter);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.OK, (await silo.Http.GetAsync(new Uri("/v1/health", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("127.0.0.0/8", true)]
    public async Task ForwardedAddress_IsBelievedFromTrustedProxiesAlone(string trusted, bool believed)
    {
        await using var silo = await TestSilo.StartAsync(changes:
        [
            ("Gateway:TrustedProxies", trusted), ("Gateway:RestBurst", "2"), ("Gateway:RestRequestsPerSecond", "1"),
        ]);
        var refused = 0;
        for (var i = 0; i < 8; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Url, "/v1/settlement"));
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            using var answer = await silo.Http.SendAsync(request);
            refused += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.Equal(believed, refused == 0);
    }

    [Fact]
    public async Task MadeUpTerms_OfANotice_AreCountedToo()
    {
        await using var silo = await TestSilo.StartAsync(changes: [("Gateway:UnknownChannelBurst", "8"), ("Gateway:UnknownChannelsPerSecond", "1")]);
        using var consumer = await silo.ConnectAsync(1);
        var replies = new List<GatewayReply>();
        for (var i = 0; i < 12; i++)
        {
            replies.Add(await consumer.AskAsync(new OpenNotice(silo.NewTerms(consumer, consumer) with { Provider = Address.Parse("0x00000000000000000000000000000000000000aa") })));
        }

        Assert.Contains(replies, reply => reply is Refused { Reason: RefusalReason.TooManyUnknown });
    }

    private static HttpRequestMessage Upgrade(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, GatewayLimits.EdgePath));
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        return request;
    }
}
