using System.Net;
using System.Text.Json;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Rest;

/// <summary>What operators and tools read.</summary>
public sealed class RestEndpointsTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Channel_ProviderMatchAndOutbox_ShowWhatHappened()
    {
        using var consumer = await _silo.ConnectAsync(1);
        using var provider = await _silo.ConnectAsync(2);
        await provider.AskAsync(new Announce("203.0.113.7:9440", new TokenAmount(1_000_000), 10_000, 0, 0, 5));
        var terms = _silo.NewTerms(consumer, provider);
        var channelId = await _silo.OpenAsync(consumer, terms);
        await provider.NextAsync<ChannelOpened>();
        var until = TestEdge.InAnHour;
        await provider.AskAsync(new ConfirmRelay(terms, until, provider.Sign(new Confirm(channelId, until))));
        await provider.NextAsync<SettlementStatus>(status => status.Progress == SettlementProgress.Done);
        await Eventually.TrueAsync(
            async () => (await GetAsync($"/v1/channels/{channelId}")).GetProperty("phase").GetString() == "active", "an active channel");

        var channel = await GetAsync($"/v1/channels/{channelId}");
        Assert.Equal(consumer.Address.ToString(), channel.GetProperty("terms").GetProperty("consumer").GetString());
        Assert.Equal("1000000", channel.GetProperty("terms").GetProperty("pricePerMB").GetString());

        var shown = await GetAsync($"/v1/providers/{provider.Address}");
        Assert.Equal(4, shown.GetProperty("freeSlots").GetInt32());
        Assert.Equal(channelId.ToString(), shown.GetProperty("activeChannels")[0].GetString());
        Assert.Equal((0UL, JsonValueKind.Null, 0UL), (
            shown.GetProperty("monthBytesUsed").GetUInt64(), shown.GetProperty("monthBytesLeft").ValueKind, shown.GetProperty("offer").GetProperty("monthlyCapBytes").GetUInt64()));
        Assert.Equal(0, shown.GetProperty("acceptedChannels").GetArrayLength());

        var match = await GetAsync($"/v1/match?consumer={consumer.Address}&count=3");
        Assert.Equal(provider.Address.ToString(), match.GetProperty("offers")[0].GetProperty("provider").GetString());

        var outbox = await GetAsync("/v1/settlement");
        var operation = Assert.Single(outbox.GetProperty("operations").EnumerateArray().ToArray());
        Assert.Equal(("Confirm", "succeeded"), (operation.GetProperty("kind").GetString(), operation.GetProperty("state").GetString()));
        Assert.True(operation.GetProperty("gasUsed").GetUInt64() > 0);
        Assert.True(operation.GetProperty("enqueuedAtMs").GetUInt64() > 0);
        var alone = await GetAsync($"/v1/settlement/{Uri.EscapeDataString(operation.GetProperty("operationId").GetString()!)}");
        Assert.Equal(operation.GetProperty("transactionHash").GetString(), alone.GetProperty("transactionHash").GetString());

        var listed = await GetAsync("/v1/providers");
        Assert.Equal(1, listed.GetProperty("live").GetInt32());
        Assert.Equal(provider.Address.ToString(), listed.GetProperty("providers")[0].GetProperty("provider").GetString());
        var deadlines = await GetAsync("/v1/deadlines");
        Assert.Equal((0, JsonValueKind.Null), (deadlines.GetProperty("channels").GetInt32(), deadlines.GetProperty("nextAtSeconds").ValueKind));
        Assert.True((await GetAsync("/v1/feed")).GetProperty("answeredAtMs").GetUInt64() > 0);
        var node = await GetAsync("/v1/node");
        Assert.Equal((2, "sqlite"), (node.GetProperty("edges").GetInt32(), node.GetProperty("storage").GetString()));
        var silo = Assert.Single((await GetAsync("/v1/cluster")).GetProperty("silos").EnumerateArray().ToArray());
        Assert.Equal(("active", true), (silo.GetProperty("status").GetString(), silo.GetProperty("isThis").GetBoolean()));
    }

    [Theory]
    [InlineData("/v1/channels/0x12", HttpStatusCode.BadRequest, "64 hexadecimal digits")]
    [InlineData("/v1/channels/0x1111111111111111111111111111111111111111111111111111111111111111", HttpStatusCode.NotFound, "no channel")]
    [InlineData("/v1/providers/0x00000000000000000000000000000000000000aa", HttpStatusCode.NotFound, "announced nothing")]
    [InlineData("/v1/providers/bob", HttpStatusCode.BadRequest, "an address")]
    [InlineData("/v1/match?consumer=bob", HttpStatusCode.BadRequest, "an address")]
    [InlineData("/v1/match?consumer=0x00000000000000000000000000000000000000aa&count=1000", HttpStatusCode.BadRequest, "1 to 32")]
    [InlineData("/v1/match?consumer=0x00000000000000000000000000000000000000aa&maxPricePerMB=-1", HttpStatusCode.BadRequest, "decimal digits")]
    [InlineData("/v1/match?consumer=0x00000000000000000000000000000000000000aa&count=x", HttpStatusCode.BadRequest, "")]
    [InlineData("/v1/channels/0x1111111111111111111111111111111111111111111111111111111111111111/evidence", HttpStatusCode.NotFound, "no channel")]
    [InlineData("/v1/providers?near=bob", HttpStatusCode.BadRequest, "an address")]
    [InlineData("/v1/providers?count=65", HttpStatusCode.BadRequest, "1 to 64")]
    [InlineData("/v1/settlement/claim:none", HttpStatusCode.NotFound, "no such operation")]
    [InlineData("/v1/channels?phase=sleeping", HttpStatusCode.BadRequest, "opened, active, closing")]
    [InlineData("/v1/channels?phase=1", HttpStatusCode.BadRequest, "opened, active, closing")]
    [InlineData("/v1/channels?phase=-1", HttpStatusCode.BadRequest, "opened, active, closing")]
    [InlineData("/v1/channels?phase=opened,active", HttpStatusCode.BadRequest, "opened, active, closing")]
    [InlineData("/v1/channels?party=bob", HttpStatusCode.BadRequest, "an address")]
    [InlineData("/v1/channels?count=0", HttpStatusCode.BadRequest, "1 to 1000")]
    [InlineData("/v1/nothing", HttpStatusCode.NotFound, "")]
    [InlineData("/v1/edge", HttpStatusCode.UpgradeRequired, "")]
    public async Task Request_ThatCannotBeAnswered_GetsAProblemThatSaysWhy(string path, HttpStatusCode status, string detail)
    {
        using var answer = await _silo.Http.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(detail, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApiDocument_NamesEveryPath()
    {
        var paths = (await GetAsync("/v1/openapi.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name);

        Assert.Equal(
        [
            "/v1/blacklist", "/v1/blacklist/{address}", "/v1/channels", "/v1/channels/{id}", "/v1/channels/{id}/act", "/v1/channels/{id}/claim", "/v1/channels/{id}/close", "/v1/channels/{id}/evidence", "/v1/cluster", "/v1/deadlines",
            "/v1/feed", "/v1/health", "/v1/history", "/v1/match", "/v1/node", "/v1/pools", "/v1/pools/{exit}/routes", "/v1/providers", "/v1/providers/{address}", "/v1/providers/{address}/drain",
            "/v1/ready", "/v1/reputation/{address}", "/v1/routes/{lockId}", "/v1/settlement", "/v1/settlement/{operationId}", "/v1/settlement/{operationId}/retry", "/v1/statements",
        ],
            paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OpenApiDocument_SaysWhatEachPathAnswers_AndWhichNeedTheKey()
    {
        var document = await GetAsync("/v1/openapi.json");
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                Assert.True(operation.Value.TryGetProperty("operationId", out _), $"{path.Name} has no operation id");
                var success = operation.Value.GetProperty("responses").EnumerateObject().First(response => response.Name[0] == '2');
                Assert.True(success.Value.TryGetProperty("content", out _), $"{path.Name} does not say what it answers");

                // What tells which consumer a route belongs to is for the operator alone.
                var isOfRoutes = path.Name.StartsWith("/v1/pools", StringComparison.Ordinal) || path.Name.StartsWith("/v1/routes", StringComparison.Ordinal);
                Assert.Equal(operation.Name == "post" || isOfRoutes, operation.Value.TryGetProperty("security", out _));
            }
        }

        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("operatorKey").GetProperty("scheme").GetString());
    }

    [Fact]
    public async Task Evidence_OfAChannel_CanBeCheckedByItselfAlone()
    {
        using var consumer = await _silo.ConnectAsync(1);
        using var provider = await _silo.ConnectAsync(2);
        var (terms, channelId) = await _silo.OpenActiveAsync(consumer, provider);
        var unit = consumer.Unit(terms, 3, 7_000_000);
        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(unit, null)]));
        var closure = new Closure(channelId, 7_000_000, TestEdge.InAnHour);
        await provider.AskAsync(new CloseRelay(closure, provider.Sign(closure), null));

        var file = await GetAsync($"/v1/channels/{channelId}/evidence");

        // Built again from the file alone, as a reader that trusts nobody does.
        var read = file.GetProperty("terms");
        var readTerms = new Terms(
            Protocol.Identity.Address.Parse(read.GetProperty("consumer").GetString()!),
            Protocol.Identity.Address.Parse(read.GetProperty("provider").GetString()!),
            read.GetProperty("capacityBytes").GetUInt64(),
            TokenAmount.Parse(read.GetProperty("pricePerMB").GetString()!),
            read.GetProperty("tolerancePpm").GetUInt32(),
            Enum.Parse<ChannelKind>(read.GetProperty("kind").GetString()!, ignoreCase: true),
            Protocol.Identity.Bytes32.Parse(read.GetProperty("salt").GetString()!));
        var domain = new Protocol.Signing.Eip712Domain(
            file.GetProperty("domain").GetProperty("chainId").GetUInt64(),
            Protocol.Identity.Address.Parse(file.GetProperty("domain").GetProperty("verifyingContract").GetString()!));
        Assert.Equal(channelId, readTerms.ChannelId(domain));
        Assert.Equal(file.GetProperty("channelId").GetString(), channelId.ToString());

        var shown = Assert.Single(file.GetProperty("consumerUnits").EnumerateArray().ToArray());
        Assert.Equal((3UL, 7_000_000UL), (shown.GetProperty("index").GetUInt64(), shown.GetProperty("bytesUsed").GetUInt64()));
        Assert.Equal(unit.Signature.ToString(), shown.GetProperty("signature").GetString());
        Assert.Empty(file.GetProperty("providerUnits").EnumerateArray());
        Assert.Equal(provider.Address.ToString(), Assert.Single(file.GetProperty("closures").EnumerateArray().ToArray()).GetProperty("signer").GetString());
    }

    [Fact]
    public async Task OperatorUrls_WhereSet_AreTheOnlyOnesThatShowTheOutbox()
    {
        var port = Testing.FreePort.Next();
        await using var silo = await TestSilo.StartAsync(changes: ("Gateway:OperatorUrls", $"http://127.0.0.1:{port}"));
        using var spoofed = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Url, "/v1/settlement")) { Headers = { Host = $"127.0.0.1:{port}" } };

        Assert.Equal(HttpStatusCode.NotFound, (await silo.Http.SendAsync(spoofed)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await silo.Http.GetAsync(new Uri("/v1/health", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await silo.Http.GetAsync(new Uri($"http://127.0.0.1:{port}/v1/settlement"))).StatusCode);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await _silo.Http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.Clone();
    }
}
