using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Rest;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Rest;

/// <summary>Who may act on a silo, and what the actions do.</summary>
public sealed class OperatorActionsTests : IAsyncLifetime, IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryDirectory _directory = new();
    private TestSilo _silo = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_directory.Combine("key"), Key + "\n");
        _silo = await TestSilo.StartAsync(changes: ("Gateway:OperatorKeyFile", _directory.Combine("key")));
    }

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("Bearer 0123456789abcdef0123456789abcdeF")]
    [InlineData("Bearer 0123456789abcdef0123456789abcdef0")]
    [InlineData("Basic 0123456789abcdef0123456789abcdef")]
    public async Task Action_WithoutTheKey_IsRefused_AndNothingHappens(string? authorization)
    {
        using var request = Post("/v1/channels/0x1111111111111111111111111111111111111111111111111111111111111111/claim", null);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var answer = await _silo.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Action_WithoutTheKey_IsRefused_BeforeItsBodyIsRead()
    {
        // A document is announced and never sent: whoever waits for it, waits for a stranger.
        using var client = new TcpClient();
        await client.ConnectAsync(_silo.Url.Host, _silo.Url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/blacklist/{_silo.Account} HTTP/1.1\r\nHost: {_silo.Url.Authority}\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{{"));
        using var reader = new StreamReader(stream);

        Assert.Equal("HTTP/1.1 401 Unauthorized", await reader.ReadLineAsync().WaitAsync(Eventually.DefaultTimeout));
    }

    [Fact]
    public async Task Document_ThatIsTooLarge_IsNotRead()
    {
        using var request = Post($"/v1/blacklist/{_silo.Account}", Key);
        request.Content = new StringContent($"{{\"listed\":true,\"more\":\"{new string('x', 20_000)}\"}}", new MediaTypeHeaderValue("application/json"));

        using var answer = await _silo.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(await _silo.Grains.OperatorBlacklist().List());
    }

    [Fact]
    public async Task Action_OnASiloWithoutAKey_IsForbidden_WhateverIsShown()
    {
        await using var silo = await TestSilo.StartAsync();
        using var request = Post("/v1/channels/0x1111111111111111111111111111111111111111111111111111111111111111/act", "");
        using var answer = await silo.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(silo.Url, request.RequestUri!)));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Claim_PaysTheProviderNow_AndASecondHasNothingToClaim()
    {
        using var consumer = await _silo.ConnectAsync(1);
        using var provider = await _silo.ConnectAsync(2);
        var (terms, channelId) = await _silo.OpenActiveAsync(consumer, provider);
        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(consumer.Unit(terms, 1, 3_000_000), null)]));

        var (status, body) = await ActAsync($"/v1/channels/{channelId}/claim");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("Claim", body.GetProperty("operations")[0].GetProperty("kind").GetString());
        await Eventually.TrueAsync(
            async () => JsonDocument.Parse(await _silo.Http.GetStringAsync(new Uri($"/v1/channels/{channelId}", UriKind.Relative)))
                .RootElement.GetProperty("paidBytes").GetUInt64() == 3_000_000,
            "the claim paid");

        // The feed may tell of the payment before the outbox has seen its end.
        await Eventually.TrueAsync(
            async () => (await ActAsync($"/v1/channels/{channelId}/claim")).Status == HttpStatusCode.Conflict, "nothing to claim");
    }

    [Fact]
    public async Task Close_IsAskedOfTheProviderAlone_AndRefusedWhereItIsNotThere()
    {
        using var consumer = await _silo.ConnectAsync(1);
        var provider = await _silo.ConnectAsync(2);
        var (_, channelId) = await _silo.OpenActiveAsync(consumer, provider);
        var path = $"/v1/channels/{channelId}/close";
        var (status, problem) = await ActAsync(path);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("not connected", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await provider.AskAsync(new Announce("203.0.113.7:9440", new Protocol.Amounts.TokenAmount(1_000_000), 10_000, 0, 0, 5));
        await consumer.AskAsync(new ChannelViewRequest(channelId));

        Assert.Equal(HttpStatusCode.Accepted, (await ActAsync(path)).Status);

        Assert.Equal(channelId, (await provider.NextAsync<CloseAsked>()).ChannelId);
        await consumer.AskAsync(Heartbeat.Instance);
        Assert.Empty(consumer.Heard<CloseAsked>());
        Assert.Equal(HttpStatusCode.NotFound, (await ActAsync("/v1/channels/0x1111111111111111111111111111111111111111111111111111111111111111/close")).Status);
        provider.Dispose();
    }

    [Fact]
    public async Task Retry_TriesAgainWhatWasRefused_AndLeavesAloneWhatHadItsEffect()
    {
        using var consumer = _silo.NewEdge(1);
        using var provider = _silo.NewEdge(2);
        var terms = _silo.NewTerms(consumer, provider);
        var channelId = await _silo.OpenAsync(consumer, terms);
        await Eventually.TrueAsync(async () => await _silo.Grains.Channel(channelId).View() is not null, "the silo to see the channel");

        // A claim of a channel that is not confirmed yet is refused; afterwards it is not.
        var outbox = _silo.Grains.Settlement(_silo.Account);
        var claim = SettlementIntent.Claim(terms, consumer.Unit(terms, 1, 3_000_000));
        await outbox.Enqueue(claim);
        await Eventually.TrueAsync(async () => await outbox.Find(claim.OperationId) is { State: IntentState.Refused }, "the refusal");
        using (var sender = new TransactionSender(_silo.Chain, provider.Account))
        {
            Assert.True((await sender.SendAsync(new ChainCall.Confirm(terms))).Succeeded);
        }

        var path = $"/v1/settlement/{Uri.EscapeDataString(claim.OperationId)}/retry";
        Assert.Equal(HttpStatusCode.Accepted, (await ActAsync(path)).Status);
        await Eventually.TrueAsync(async () => await outbox.Find(claim.OperationId) is { State: IntentState.Succeeded, Refusal: null }, "the claim");

        var (again, body) = await ActAsync(path);
        Assert.Equal(HttpStatusCode.Conflict, again);
        Assert.Contains("has had its effect", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ActAsync("/v1/settlement/claim:none/retry")).Status);
    }

    [Theory]
    [InlineData("/v1/channels/0x12/act", HttpStatusCode.BadRequest)]
    [InlineData("/v1/channels/0x1111111111111111111111111111111111111111111111111111111111111111/act", HttpStatusCode.NotFound)]
    public async Task Action_OnNoChannel_IsAProblem(string path, HttpStatusCode status) => Assert.Equal(status, (await ActAsync(path)).Status);

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    [InlineData(null)]
    public async Task KeyFile_ThatHoldsNoKey_IsAFaultOfSettings_AndIsNotRepeated(string? content)
    {
        var file = _directory.Combine("other");
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content);
        }

        var fault = OperatorKey.Fault(file);
        Assert.Equal("Gateway:OperatorKeyFile", fault?.Setting);
        Assert.DoesNotContain("short", fault!.ToString(), StringComparison.Ordinal);
    }

    private static HttpRequestMessage Post(string path, string? key) => new(HttpMethod.Post, new Uri(path, UriKind.Relative))
    {
        Headers = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
    };

    private async Task<(HttpStatusCode Status, JsonElement Body)> ActAsync(string path)
    {
        using var request = Post(path, Key);
        using var answer = await _silo.Http.SendAsync(request);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, document.RootElement.Clone());
    }
}
