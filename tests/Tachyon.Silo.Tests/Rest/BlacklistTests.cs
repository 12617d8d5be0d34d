using System.Net;
using System.Net.Http.Headers;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Rest;

/// <summary>Whom the operator serves no more.</summary>
public sealed class BlacklistTests : IAsyncLifetime, IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryDirectory _directory = new();
    private TestSilo _silo = null!;
    private TestEdge _consumer = null!;
    private TestEdge _provider = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_directory.Combine("key"), Key + "\n");
        _silo = await TestSilo.StartAsync(changes: ("Gateway:OperatorKeyFile", _directory.Combine("key")));
        _consumer = await _silo.ConnectAsync(1);
        _provider = await _silo.ConnectAsync(2);
        Assert.IsType<Accepted>(await _provider.AskAsync(new Announce("203.0.113.7:9440", new TokenAmount(1_000_000), 10_000, 0, 0, 5)));
    }

    public async Task DisposeAsync()
    {
        _consumer.Dispose();
        _provider.Dispose();
        await _silo.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Node_OnTheList_IsNotMatched_AndGetsNoConfirm_UntilItIsTakenOff(bool isProvider)
    {
        var listed = isProvider ? _provider.Address : _consumer.Address;
        Assert.Single(await MatchesAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, await SetAsync(listed, true, key: null));
        Assert.Equal(HttpStatusCode.OK, await SetAsync(listed, true));

        await Eventually.TrueAsync(async () => (await MatchesAsync()).Count == 0, "the match to leave the node out");
        var terms = _silo.NewTerms(_consumer, _provider);
        var channelId = await _silo.OpenAsync(_consumer, terms);
        await Eventually.TrueAsync(async () => await _silo.Grains.Channel(channelId).View() is not null, "the silo to see the channel");
        Assert.Equal(RefusalReason.Blacklisted, Assert.IsType<Refused>(await ConfirmAsync(terms, channelId)).Reason);

        Assert.Equal(HttpStatusCode.OK, await SetAsync(listed, false));
        await Eventually.TrueAsync(async () => await ConfirmAsync(terms, channelId) is Accepted, "the confirm to be relayed");
        Assert.Single(await MatchesAsync());
    }

    [Fact]
    public async Task List_IsKept_AcrossARestart_AndIsBounded()
    {
        var grain = _silo.Grains.OperatorBlacklist();
        for (var i = 0; i < BlacklistedNode.MaxListed; i++)
        {
            Assert.True(await grain.Set(AddressOf(i), listed: true));
        }

        Assert.Equal(HttpStatusCode.Conflict, await SetAsync(_provider.Address, true));
        Assert.True(await grain.Set(AddressOf(7), listed: true));
        Assert.True(await grain.Set(AddressOf(0), listed: false));
        await _silo.RestartAsync();

        Assert.Equal(Enumerable.Range(1, BlacklistedNode.MaxListed - 1).Select(AddressOf), (await _silo.Grains.OperatorBlacklist().List()).Select(entry => entry.Node));
    }

    private static Address AddressOf(int number) => Address.Parse($"0x{number + 1:x40}");

    private async Task<IReadOnlyList<Protocol.Matching.ProviderOffer>> MatchesAsync() =>
        Assert.IsType<MatchResult>(await _consumer.AskAsync(new MatchRequest(3, new Protocol.Matching.MatchLimits(0, TokenAmount.MaxPrice, 0)))).Offers;

    private Task<GatewayReply> ConfirmAsync(Terms terms, ChannelId channelId) => _provider.AskAsync(
        new ConfirmRelay(terms, TestEdge.InAnHour, _provider.Sign(new Confirm(channelId, TestEdge.InAnHour))));

    private async Task<HttpStatusCode> SetAsync(Address node, bool listed, string? key = Key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/v1/blacklist/{node}", UriKind.Relative))
        {
            Content = new StringContent($"{{\"listed\":{(listed ? "true" : "false")}}}", new MediaTypeHeaderValue("application/json")),
            Headers = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
        };
        using var answer = await _silo.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
