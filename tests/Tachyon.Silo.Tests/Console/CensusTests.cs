using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Console;

/// <summary>What the channels amount to, counted from what is stored.</summary>
public sealed class CensusTests
{
    [Fact]
    public async Task Unclaimed_IsRight_AfterARestart_AndAfterAClaim()
    {
        await using var silo = await TestSilo.StartAsync();
        using var consumer = await silo.ConnectAsync(1);
        using var provider = await silo.ConnectAsync(2);
        var (terms, channelId) = await silo.OpenActiveAsync(consumer, provider);
        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(consumer.Unit(terms, 1, 3_000_000), null)]));

        await silo.RestartAsync();

        var census = await CountedAsync(silo, counted => counted.UnclaimedBytes == 3_000_000);
        Assert.Equal(terms.Price(3_000_000), census.Unclaimed);
        Assert.Equal(3_000_000UL, census.UsedBytes);
        Assert.Equal(1, census.In(Grains.ChannelPhase.Active));
        Assert.Equal(0, census.Disputed);

        await silo.Grains.Channel(channelId).ActNow(claim: true);
        census = await CountedAsync(silo, counted => counted.UnclaimedBytes == 0);
        Assert.Equal(terms.Price(3_000_000), census.Paid);
        Assert.True(census.Unclaimed.IsZero);
    }

    private static Task<CensusView> CountedAsync(TestSilo silo, Func<CensusView, bool> condition) => Eventually.ValueAsync(
        async () => await silo.Grains.Census().Latest() is { } census && condition(census) ? census : null, "the channels to be counted");
}
