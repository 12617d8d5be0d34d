using System.Text.Json;
using Tachyon.EdgeTunnel.Cli;
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
    [InlineData(1280, 800, false)]
    [InlineData(390, 844, true)]
    public Task Routes_AreForTheOperatorAlone_AndShowInOutAndFee(int width, int height, bool dark) => PlayAsync("routes", new
    {
        width, height, dark,
        key = BusySilo.Key,
        exit = fixture.Busy.Route.Exit.ToString(),
        consumer = fixture.Busy.Route.Consumer.ToString(),
        lockId = fixture.Busy.Route.LockId.ToString(),
    });

    [Fact]
    public async Task Route_ThatIsUsed_ChangesOnTheOpenPage()
    {
        await fixture.Browser.TellAsync("routeGrows", fixture.Busy.Url, new { key = BusySilo.Key, exit = fixture.Busy.Route.Exit.ToString() });
        Assert.Equal("open", (await fixture.Browser.AnswerAsync())?.ToString());
        await fixture.Busy.Route.UseAsync(BusySilo.RouteBytes + 256_000);
        await fixture.Browser.AnswerAsync();
    }

    [Theory]
    [InlineData("/", ".tile .more")]
    [InlineData("/channels?phase=active", "#c-CHANNEL td[data-column=\"Consumer's count\"]")]
    public Task Figures_ChangeWhileAPageIsOpen_AndFocusAndLayoutStay(string path, string selector) => PlayAsync(
        "live", new { path, selector = selector.Replace("CHANNEL", fixture.Busy.Channel.ToString(), StringComparison.Ordinal) });

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
    public async Task Evidence_OfADispute_IsSavedAsAFile_ThatAnyoneVerifies()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("evidence.json");
        await PlayAsync("evidence", new { channel = fixture.Busy.Disputed.ToString(), file });

        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await EdgeCommandLine.Create().AddVerify().RunAsync(["verify", file], output, error, CancellationToken.None);
        Assert.True(code == 0, $"{output}{error}");
        Assert.Contains("the consumer signed 4 MB, the provider 4.9 MB", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(fixture.Busy.Disputed.ToString(), document.RootElement.GetProperty("channelId").GetString());
        Assert.Equal(4_000_000UL, document.RootElement.GetProperty("consumerUnits")[0].GetProperty("bytesUsed").GetUInt64());
        Assert.Equal(4_900_000UL, document.RootElement.GetProperty("providerUnits")[0].GetProperty("bytesUsed").GetUInt64());
    }

    [Fact]
    public async Task WhatIsUnclaimed_ItsDeadline_SlotsAndHealth_AreShownToTheBaseUnitAndTheSecond()
    {
        var view = (await fixture.Busy.Silo.Grains.Channel(fixture.Busy.Closing).View())!;
        Assert.False(view.Unclaimed.IsZero);
        var deadline = DateTimeOffset.FromUnixTimeSeconds((long)view.SettleFromSeconds).UtcDateTime.ToString("O");
        foreach (var path in new[] { $"/channels/{view.ChannelId}", "/channels?phase=closing", "/" })
        {
            var page = await PageAsync(path);
            Assert.Contains($"""<data value="{view.Unclaimed}">""", page, StringComparison.Ordinal);
            Assert.Contains($"""<time datetime="{deadline}" """, page, StringComparison.Ordinal);
        }

        Assert.Contains("3 used", await PageAsync($"/providers/{fixture.Busy.Provider}"), StringComparison.Ordinal);
        var node = await PageAsync("/node");
        Assert.All(["ready", "answers", "can be written", "blocks behind"], text => Assert.Contains(text, node, StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_TellsWhatWasSigned_AndWhatItIsWorth()
    {
        JsonElement[] samples = [];
        await Eventually.TrueAsync(
            async () => (samples = await SamplesAsync(after: 0)).Sum(Bytes) > 0, "a sample of the load");

        // Between the cheapest and the dearest provider's price, in tokens per MB.
        var tokensPerMB = samples.Sum(sample => sample.GetProperty("tokens").GetDouble()) / samples.Sum(Bytes) * 1_000_000;
        Assert.InRange(tokensPerMB, 0.0099, 0.0131);
        Assert.All(samples.Zip(samples.Skip(1)), pair => Assert.Equal(EndMs(pair.First) + ActivitySample.PeriodMs, EndMs(pair.Second)));
        Assert.All(await SamplesAsync(EndMs(samples[^1])), later => Assert.True(EndMs(later) > EndMs(samples[^1])));

        static double Bytes(JsonElement sample) => sample.GetProperty("bytes").GetDouble();
        static ulong EndMs(JsonElement sample) => sample.GetProperty("endMs").GetUInt64();
    }

    [Fact]
    public Task Pages_WorkWithoutScript() => PlayAsync("scriptless", new { script = false, channel = fixture.Busy.Channel.ToString() });

    private async Task<JsonElement[]> SamplesAsync(ulong after)
    {
        using var document = JsonDocument.Parse(await fixture.Busy.Silo.Http.GetStringAsync(new Uri($"/v1/history?after={after}", UriKind.Relative)));
        return [.. document.RootElement.GetProperty("samples").EnumerateArray().Select(sample => sample.Clone())];
    }

    private Task<string> PageAsync(string path) => fixture.Busy.Silo.Http.GetStringAsync(new Uri(path, UriKind.Relative));

    private async Task PlayAsync(string scenario, object? parameters = null) => await fixture.Browser.PlayAsync(scenario, fixture.Busy.Url, parameters);
}
