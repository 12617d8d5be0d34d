using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Tests.Fixtures;
using ChannelPhase = Tachyon.Grains.ChannelPhase;

namespace Tachyon.Silo.Tests.Rest;

/// <summary>An exit reaches the same address as every edge: what it reads there must not tell it whose its routes are.</summary>
public sealed class LockReadersTests : IAsyncLifetime, IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const ulong SignedBytes = 3_456_000;

    private readonly TemporaryDirectory _directory = new();
    private TestSilo _silo = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_directory.Combine("key"), Key + "\n");
        _silo = await TestSilo.StartAsync(changes: ("Gateway:OperatorKeyFile", _directory.Combine("key")));
    }

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task CountsAndEvidenceOfALock_AreReadWithTheKeyAlone()
    {
        using var consumer = await _silo.ConnectAsync(1);
        using var proxy = _silo.NewEdge(2);
        var channelId = await OpenLockAsync(consumer, proxy);

        Assert.Equal(0UL, (await JsonAsync($"/v1/channels/{channelId}", null)).GetProperty("consumerBytes").GetUInt64());
        var listed = (await JsonAsync($"/v1/channels?party={consumer.Address}", null)).GetProperty("channels")[0];
        Assert.Equal((0UL, 0UL), (listed.GetProperty("consumerBytes").GetUInt64(), listed.GetProperty("unclaimedBytes").GetUInt64()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync($"/v1/channels/{channelId}/evidence", null)).Status);
        foreach (var page in new[] { $"/channels/{channelId}", "/channels", "/disputes" })
        {
            Assert.DoesNotContain("3.456", (await AskAsync(page, null)).Body, StringComparison.Ordinal);
        }

        Assert.Equal(SignedBytes, (await JsonAsync($"/v1/channels/{channelId}", Key)).GetProperty("consumerBytes").GetUInt64());
        Assert.Equal(1, (await JsonAsync($"/v1/channels/{channelId}/evidence", Key)).GetProperty("consumerUnits").GetArrayLength());
        Assert.Contains("3.456", (await AskAsync($"/channels/{channelId}", Key)).Body, StringComparison.Ordinal);
    }

    private async Task<Protocol.Identity.ChannelId> OpenLockAsync(TestEdge consumer, TestEdge proxy)
    {
        var bond = (await _silo.Chain.GetRulesAsync()).ProxyBond;
        _silo.Chain.Fund(proxy.Address, bond);
        using var sender = new TransactionSender(_silo.Chain, proxy.Account);
        Assert.True((await sender.SendAsync(new ChainCall.Approve(bond))).Succeeded);
        Assert.True((await sender.SendAsync(new ChainCall.RegisterProxy())).Succeeded);
        var terms = _silo.NewTerms(consumer, proxy) with { Kind = ChannelKind.Lock };
        var channelId = await _silo.OpenAsync(consumer, terms);
        Assert.True((await sender.SendAsync(new ChainCall.Confirm(terms))).Succeeded);
        await Eventually.TrueAsync(async () => await _silo.Grains.Channel(channelId).View() is { Phase: ChannelPhase.Active }, "the lock to be active");
        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(consumer.Unit(terms, 1, SignedBytes), null)]));
        Assert.Equal(SignedBytes, (await _silo.Grains.Channel(channelId).View())!.ConsumerBytes);
        return channelId;
    }

    private async Task<JsonElement> JsonAsync(string path, string? key) => JsonDocument.Parse((await AskAsync(path, key)).Body).RootElement;

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative))
        {
            Headers = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
        };
        using var answer = await _silo.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
