using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Silo.Tests.Fixtures;
using WireAnswer = Tachyon.Protocol.Gateway.AcceptanceAnswer;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>Routes through the gateway, as a consumer and an exit see them, message by message (docs/gateway.md).</summary>
public sealed class RouteRequestTests : IAsyncLifetime, IDisposable
{
    private const ulong MB = 1_000_000;
    private const string Key = "an operator key of more than thirty-two characters";

    private static readonly Announce Offer = new("203.0.113.7:9440", new TokenAmount(1_000_003), 10_000, 0, 0, 5);

    private readonly TemporaryDirectory _directory = new();
    private readonly KeySigner _routeKey = new(Keccak256.HashText("silo tests, route key").ToArray());
    private TestSilo _silo = null!;
    private TestEdge _consumer = null!;
    private TestEdge _exit = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_directory.Combine("key"), Key);
        _silo = await TestSilo.StartAsync(changes: [("Grains:Proxy", "true"), ("Gateway:OperatorKeyFile", _directory.Combine("key"))]);
        _consumer = await _silo.ConnectAsync(1);
        _exit = await _silo.ConnectAsync(2);
    }

    public async Task DisposeAsync()
    {
        _consumer.Dispose();
        _exit.Dispose();
        await _silo.DisposeAsync();
    }

    public void Dispose()
    {
        _routeKey.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Route_FromTheRequestToTheProxysUnit_PassesThroughTheGateway()
    {
        await _silo.BecomeProxyAsync();
        await _exit.AskAsync(Offer);
        var grant = await AskAsync();

        // The consumer: terms, tag and acceptance are what it asked for.
        Assert.Equal((_consumer.Address, _silo.Account, ChannelKind.Lock), (grant.Terms.Consumer, grant.Terms.Provider, grant.Terms.Kind));
        Assert.Equal(Offer.PricePerMB, grant.Terms.PricePerMB);
        Assert.Equal(RouteTag.Of(_consumer.Address, grant.TagTimestampMs, grant.TagRandom, _routeKey.PublicKey), grant.Tag);
        var lockId = grant.Terms.ChannelId(_silo.Chain.Domain);
        Assert.Equal(
            SignatureFault.None,
            new SignatureVerifier().Verify(new Acceptance(lockId, grant.ExpirySeconds), _silo.Chain.Domain, grant.Acceptance, _silo.Account));
        await OpenAsync(grant);

        // A unit up, for which the pool is opened; the sum and the credit down.
        var pool = await SignAsync(grant);
        await AttachAsync(pool);
        var credits = await _exit.NextAsync<RouteCredits>();
        Assert.Equal((pool, 256_000UL), (credits.Unit!.Unit.ChannelId, credits.Unit.Unit.BytesUsed));
        var credit = Assert.Single(credits.Routes);
        Assert.Equal((grant.Tag, _routeKey.Address, 256_000UL), (credit.Tag, credit.RouteKey, credit.BytesUsed));

        // The exit's count up, the proxy's unit to the consumer.
        var count = new TagCount(pool, grant.Tag, 1, 100_000, 1);
        var report = new RouteReport(pool, null, [new SignedTagCount(count, _exit.Sign(count))]);
        Assert.Equal([RefusalReason.None], Assert.IsType<RouteReportAck>(await _exit.AskAsync(report)).Counts);
        var answer = await _consumer.NextAsync<ProxyUnit>(push => push.IsOfLock && push.Unit.Unit.BytesUsed == 100_000);
        Assert.Equal(lockId, answer.Unit.Unit.ChannelId);
        Assert.Equal(SignatureFault.None, answer.Unit.CheckSignature(new SignatureVerifier(), _silo.Chain.Domain, _silo.Account));

        var tooMuch = new TagCount(pool, grant.Tag, 2, 300_000, 2);
        var refused = await _exit.AskAsync(new RouteReport(pool, null, [new SignedTagCount(tooMuch, _exit.Sign(tooMuch))]));
        Assert.Equal([RefusalReason.AboveCredit], Assert.IsType<RouteReportAck>(refused).Counts);
        await AssertShownToTheOperatorAloneAsync(lockId, grant.Exit);
    }

    [Fact]
    public async Task LockWhoseRouteNeverBegan_IsClosedAtNothing_ByTheProxysSignatureFirst()
    {
        await _silo.BecomeProxyAsync();
        await _exit.AskAsync(Offer);
        var grant = await AskAsync();
        await OpenAsync(grant);
        var lockId = grant.Terms.ChannelId(_silo.Chain.Domain);
        var unit = _consumer.Unit(grant.Terms, 1, 256_000);
        await Eventually.TrueAsync(
            async () => Assert.IsType<UnitsAck>(await _consumer.AskAsync(new SubmitUnits([new ChannelUnits(unit, null)]))).Channels[0].Refusal == RefusalReason.None,
            "the lock's unit to be taken");

        // The exit, which is asked for the pool just now, says nothing; it is no party of the lock either.
        Assert.Equal(RefusalReason.NotYours, Assert.IsType<Refused>(await _exit.AskAsync(new ClosureRequest(lockId, 0))).Reason);
        Assert.Equal(RefusalReason.NotARouteStep, Assert.IsType<Refused>(await _consumer.AskAsync(new ClosureRequest(lockId, 1_000))).Reason);
        var offered = Assert.IsType<CloseTaken>(await _consumer.AskAsync(new ClosureRequest(lockId, 0)));
        var closure = offered.Counterpart!.Closure;
        Assert.Equal((false, lockId, 0UL), (offered.Complete, closure.ChannelId, closure.BytesUsed));
        Assert.Equal(
            SignatureFault.None, new SignatureVerifier().Verify(closure, _silo.Chain.Domain, offered.Counterpart.Signature, _silo.Account));

        Assert.True(Assert.IsType<CloseTaken>(await _consumer.AskAsync(new CloseRelay(closure, _consumer.Sign(closure), null))).Complete);
        await Eventually.TrueAsync(
            async () => await _silo.Chain.GetChannelAsync(lockId, ReadAt.Final) is { Status: ChannelStatus.Settled, PaidBytes: 0 }, "the deposit to come back");
    }

    [Fact]
    public async Task Refusals_AreTyped_AndSayWhatToDo()
    {
        var none = Assert.IsType<Refused>(await _consumer.AskAsync(Request()));
        Assert.Equal(RefusalReason.NoProxy, none.Reason);
        Assert.Contains("connect to the gateway of one that does", none.Text, StringComparison.Ordinal);

        await _silo.BecomeProxyAsync(tokens: 0);
        await Eventually.TrueAsync(
            async () => Assert.IsType<Refused>(await _consumer.AskAsync(Request())).Reason == RefusalReason.UnknownExit, "the register to be seen");
        var step = Assert.IsType<Refused>(await _consumer.AskAsync(Request(15 * MB)));
        Assert.Equal(RefusalReason.CapacityOutsideOffer, step.Reason);
        Assert.Contains("10000000 bytes", step.Text, StringComparison.Ordinal);
        await _exit.AskAsync(Offer);
        var funds = Assert.IsType<Refused>(await _consumer.AskAsync(Request()));
        Assert.Equal(RefusalReason.LackOfFunds, funds.Reason);
        Assert.Contains("ask another proxy", funds.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEdge_ActsForItsOwnPoolAlone()
    {
        await _silo.BecomeProxyAsync();
        await _exit.AskAsync(Offer);
        var grant = await AskAsync();
        await OpenAsync(grant);
        var pool = await SignAsync(grant);
        await AttachAsync(pool);

        Assert.Equal(RefusalReason.UnknownChannel, Assert.IsType<Refused>(await _consumer.AskAsync(new PoolAttach(pool))).Reason);
        var count = new TagCount(pool, grant.Tag, 1, 1_000, 1);
        var forged = await _consumer.AskAsync(new RouteReport(pool, null, [new SignedTagCount(count, _consumer.Sign(count))]));
        Assert.Equal(RefusalReason.UnknownChannel, Assert.IsType<Refused>(forged).Reason);
        var unit = _consumer.Unit(grant.Terms, 1, 256_000);
        var stolen = Assert.IsType<UnitsAck>(await _exit.AskAsync(new SubmitUnits([new ChannelUnits(unit, null)])));
        Assert.Equal(RefusalReason.NotYours, stolen.Channels[0].Refusal);
    }

    [Fact]
    public async Task OperatorThatIsNoProxy_SaysSo()
    {
        await using var silo = await TestSilo.StartAsync();
        using var edge = await silo.ConnectAsync(3);

        Assert.Equal(RefusalReason.NoProxy, Assert.IsType<Refused>(await edge.AskAsync(Request())).Reason);
        Assert.Equal(RefusalReason.NoProxy, Assert.IsType<Refused>(await edge.AskAsync(new PoolAttach(default))).Reason);
    }

    private RouteRequest Request(ulong capacityBytes = 50 * MB) => new(
        Keccak256.HashText("silo tests, route salt"), _routeKey.PublicKey, null, [], capacityBytes, new TokenAmount(2_000_000), 1_000);

    private Task<RouteGrant> AskAsync() => Eventually.ValueAsync(
        async () => await _consumer.AskAsync(Request()) as RouteGrant, "the route to be granted");

    /// <summary>Hands in the lock's first unit; the exit accepts the pool that is opened for it.</summary>
    private async Task<ChannelId> SignAsync(RouteGrant grant)
    {
        var unit = _consumer.Unit(grant.Terms, 1, 256_000);
        await Eventually.TrueAsync(
            async () => Assert.IsType<UnitsAck>(await _consumer.AskAsync(new SubmitUnits([new ChannelUnits(unit, null)]))).Channels[0].Refusal == RefusalReason.None,
            "the lock's unit to be taken");
        var asked = await _exit.NextAsync<AcceptanceAsked>();
        var pool = asked.Terms.ChannelId(_silo.Chain.Domain);
        Assert.Equal(_silo.Account, asked.Terms.Consumer);
        var signature = _exit.Sign(new Acceptance(pool, asked.ExpirySeconds));
        Assert.IsType<Accepted>(await _exit.AskAsync(new WireAnswer(pool, asked.ExpirySeconds, signature, RefusalReason.None)));
        return pool;
    }

    private async Task OpenAsync(RouteGrant grant)
    {
        using var sender = new TransactionSender(_silo.Chain, _consumer.Account);
        Assert.True((await sender.SendAsync(new ChainCall.Approve(grant.Terms.Deposit(grant.Terms.CapacityBytes)))).Succeeded);
        Assert.True((await sender.SendAsync(new ChainCall.OpenAccepted(grant.Terms, grant.ExpirySeconds, grant.Acceptance))).Succeeded);
        await Eventually.TrueAsync(
            async () => await _silo.Grains.Channel(grant.Terms.ChannelId(_silo.Chain.Domain)).View() is { Phase: Tachyon.Grains.ChannelPhase.Active },
            "the silo to see the lock active");
    }

    private Task AttachAsync(ChannelId pool) => Eventually.TrueAsync(
        async () => await _exit.AskAsync(new PoolAttach(pool)) is Accepted, "the pool to be active");

    private async Task AssertShownToTheOperatorAloneAsync(ChannelId lockId, Address exit)
    {
        foreach (var path in new[] { "/v1/pools", $"/v1/pools/{exit}/routes", $"/v1/routes/{lockId}" })
        {
            using var anyone = await _silo.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, anyone.StatusCode);
        }

        var route = await OperatorAsync($"/v1/routes/{lockId}");
        Assert.Equal(_consumer.Address.ToString(), route.GetProperty("consumer").GetString());
        Assert.Equal(256_000UL, route.GetProperty("signedBytes").GetUInt64());
        Assert.Equal(100_000UL, route.GetProperty("countedBytes").GetUInt64());
        Assert.Equal("25600", route.GetProperty("fee").GetString());
        Assert.Equal(1, (await OperatorAsync("/v1/pools")).GetProperty("pools").GetArrayLength());
        Assert.Equal(1, (await OperatorAsync($"/v1/pools/{exit}/routes")).GetProperty("routes").GetArrayLength());
    }

    private async Task<JsonElement> OperatorAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Authorization", $"Bearer {Key}");
        using var response = await _silo.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
