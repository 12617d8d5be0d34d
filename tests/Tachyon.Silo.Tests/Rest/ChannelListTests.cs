using System.Text.Json;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Rest;

/// <summary>All channels that the silo knows, for the operator's console.</summary>
public sealed class ChannelListTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Channels_AreFoundPageByPage_AndByPhaseAndParty()
    {
        using var consumer = _silo.NewEdge(1);
        using var other = _silo.NewEdge(2);
        using var provider = _silo.NewEdge(3);
        List<ChannelId> active = [];
        for (var i = 0; i < 3; i++)
        {
            active.Add((await _silo.OpenActiveAsync(consumer, provider)).ChannelId);
        }

        var terms = _silo.NewTerms(other, provider);
        var opened = await _silo.OpenAsync(other, terms);
        await Eventually.TrueAsync(async () => await _silo.Grains.Channel(opened).View() is not null, "the silo to see the channel");

        Assert.Equal(Sorted([.. active, opened]), Sorted(await AllAsync("count=1", pages: 5)));
        Assert.Equal(Sorted([.. active, opened]), Sorted(await AllAsync("", pages: 1)));
        Assert.Equal(Sorted(active), Sorted(await AllAsync("phase=active&count=2", pages: 3)));
        Assert.Equal([opened.ToString()], await AllAsync($"party={other.Address}", pages: 1));
        Assert.Equal(4, (await AllAsync($"party={provider.Address}", pages: 1)).Count);
        Assert.Empty(await AllAsync($"phase=settled&party={provider.Address}", pages: 1));
        Assert.Empty(await AllAsync($"party={_silo.Chain.Deployment.Token}", pages: 1));
    }

    [Fact]
    public async Task Cursor_ThatNoPageGave_HarmsNothing()
    {
        using var answer = await _silo.Http.GetAsync(new Uri("/v1/channels?cursor=nonsense'--", UriKind.Relative));

        Assert.True(answer.IsSuccessStatusCode);
    }

    private static IEnumerable<string> Sorted(IEnumerable<ChannelId> channels) => Sorted(channels.Select(channel => channel.ToString()));

    private static IEnumerable<string> Sorted(IEnumerable<string> channels) => channels.Order(StringComparer.Ordinal);

    /// <summary>Follows the pages to their end, of which there may be at most so many.</summary>
    private async Task<List<string>> AllAsync(string query, int pages)
    {
        List<string> found = [];
        string? next = null;
        do
        {
            Assert.True(pages-- > 0, "too many pages");
            using var document = JsonDocument.Parse(
                await _silo.Http.GetStringAsync(new Uri($"/v1/channels?{query}&cursor={next}", UriKind.Relative)));
            found.AddRange(document.RootElement.GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("channelId").GetString()!));
            next = document.RootElement.GetProperty("next").GetString();
        }
        while (next is not null);
        return found;
    }
}
