using System.Text.Json;
using Tachyon.Grains;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Console;

/// <summary>The console as people see it, in Chromium, on a silo under load.</summary>
public sealed class ConsoleTests(ConsoleFixture fixture) : IClassFixture<ConsoleFixture>
{
    [Theory]
    [InlineData(1280, 800, false)]
    [InlineData(1280, 800, true)]
    [InlineData(390, 844, false)]
    [InlineData(390, 844, true)]
    public Task EveryPage_FitsAndIsAccessible_OnPhoneAndDesktop_InLightAndDark(int width, int height, bool dark) => PlayAsync(
        "look", new { width, height, dark, channel = fixture.Busy.Channel.ToString(), provider = fixture.Busy.Provider.ToString() });

    [Theory]
    [InlineData("/", ".tile .more")]
    [InlineData("/channels?phase=active", "td[data-column=\"Consumer's count\"]")]
    public Task Figures_ChangeWhileAPageIsOpen_AndFocusAndLayoutStay(string path, string selector) => PlayAsync("live", new { path, selector });

    [Fact]
    public Task Update_LeavesWhatDidNotChangeInPlace() => PlayAsync("kept");

    [Fact]
    public Task Console_IsUsedWithTheKeyboardAlone() => PlayAsync("keyboard");

    [Fact]
    public async Task Page_SaysThatTheSiloIsGone_AndGoesOnWhenItIsBack()
    {
        await using var silo = await TestSilo.StartAsync();
        await fixture.Browser.TellAsync("follow", silo.Url, new { path = "/node" });
        Assert.Equal("open", (await fixture.Browser.AnswerAsync())?.ToString());
        await silo.StopAsync();
        Assert.Equal("lost", (await fixture.Browser.AnswerAsync())?.ToString());
        await silo.RestartAsync();
        await fixture.Browser.AnswerAsync();
    }

    [Fact]
    public async Task Claim_AsksBefore_NeedsTheKey_AndPays()
    {
        // Of a channel that no other test looks at while it changes.
        var (terms, channelId) = fixture.Busy.Quiet;
        await PlayAsync("claim", new { channel = channelId.ToString(), key = BusySilo.Key });

        await Eventually.TrueAsync(
            async () => await fixture.Busy.Silo.Grains.Channel(channelId).View() is { PaidBytes: BusySilo.QuietBytes } view && view.Paid == terms.Price(BusySilo.QuietBytes),
            "the claim paid");
    }

    [Fact]
    public async Task DrainAndBlacklist_OfAProvider_HoldUntilTheyAreEnded()
    {
        await PlayAsync("drain", new { provider = fixture.Busy.Quiet.Terms.Provider.ToString(), key = BusySilo.Key });

        Assert.False((await fixture.Busy.Silo.Grains.Provider(fixture.Busy.Quiet.Terms.Provider).View()).Draining);
    }

    [Fact]
    public async Task Evidence_OfADispute_IsSavedAsAFile_WithWhatBothSidesSigned()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("evidence.json");
        await PlayAsync("evidence", new { channel = fixture.Busy.Disputed.ToString(), file });

        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        Assert.Equal(fixture.Busy.Disputed.ToString(), document.RootElement.GetProperty("channelId").GetString());
        Assert.Equal(4_000_000UL, document.RootElement.GetProperty("consumerUnits")[0].GetProperty("bytesUsed").GetUInt64());
        Assert.Equal(4_900_000UL, document.RootElement.GetProperty("providerUnits")[0].GetProperty("bytesUsed").GetUInt64());
    }

    [Fact]
    public Task Pages_WorkWithoutScript() => PlayAsync("scriptless", new { script = false, channel = fixture.Busy.Channel.ToString() });

    private async Task PlayAsync(string scenario, object? parameters = null) => await fixture.Browser.PlayAsync(scenario, fixture.Busy.Url, parameters);
}
