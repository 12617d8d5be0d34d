using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Tachyon.Grains.Channels;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Tests.Hosting;

public sealed class GrainsOptionsTests
{
    [Fact]
    public void Defaults_AreSound() => Assert.True(new GrainsOptionsValidator().Validate(null, new GrainsOptions()).Succeeded);

    [Fact]
    public void AllFaults_AreReportedAtOnce_WithSettingAndValue()
    {
        ValidateOptionsResult result = new GrainsOptionsValidator().Validate(null, new GrainsOptions
        {
            ProviderLiveness = TimeSpan.Zero,
            FeedPollInterval = TimeSpan.FromHours(1),
            FeedBlocksPerRequest = 0,
            ChannelIdleAge = TimeSpan.FromMinutes(2),
            ChallengeMargin = TimeSpan.FromSeconds(59),
            OutboxMaxInFlight = 1_000,
            OutboxMaxFeeGwei = 0,
            LeastDeposit = -1,
            OutboxPollInterval = TimeSpan.FromSeconds(30),
            OutboxReplaceAfter = TimeSpan.FromSeconds(10),
        });

        Assert.Equal(9, result.Failures!.Count());
        Assert.Contains("FeedBlocksPerRequest is 0; it must be 1 to 10000.", result.Failures!);
        Assert.Contains("ChannelIdleAge is 00:02:00; it must be 00:03:00 to 1.00:00:00.", result.Failures!);
        Assert.Contains($"LeastDeposit is -1; it must be 0 to 1{new string('0', 30)}.", result.Failures!);
        Assert.Contains("ChallengeMargin is 00:00:59; it must be 00:01:00 to 1.00:00:00.", result.Failures!);
        Assert.Contains("OutboxReplaceAfter is 00:00:10, shorter than OutboxPollInterval, 00:00:30.", result.Failures!);
    }

    [Fact]
    public void FaultsOfAProxysSettings_AreReportedAtOnce_WithSettingAndValue()
    {
        ValidateOptionsResult result = new GrainsOptionsValidator().Validate(null, new GrainsOptions
        {
            ProxyRouteStepBytes = 1_000_500,
            ProxyPoolStepBytes = 1_000,
            ProxyMaxPricePerMB = 0,
            ProxyTopUpSpread = TimeSpan.FromDays(2),
            ProxyMaxRoutes = 0,
            ProxyIdleAge = TimeSpan.FromMinutes(1),
        });

        Assert.Equal(6, result.Failures!.Count());
        Assert.Contains("ProxyRouteStepBytes is 1000500; it must be in whole KB (multiples of 1000).", result.Failures!);
        Assert.Contains("ProxyPoolStepBytes is 1000; it must be 10000000 to 1000000000000000.", result.Failures!);
        Assert.Contains("ProxyIdleAge is 00:01:00; it must be 01:00:00 to 365.00:00:00.", result.Failures!);
    }

    [Fact]
    public void IdleChannels_LeaveMemoryAfterTheAgeThatIsSet_AndOtherGrainsAfterTheRuntimes()
    {
        var collection = new GrainCollectionOptions();

        new ChannelCollection(Options.Create(new GrainsOptions { ChannelIdleAge = TimeSpan.FromMinutes(7) })).Configure(collection);

        (string name, TimeSpan age) = Assert.Single(collection.ClassSpecificCollectionAge);
        Assert.Equal((typeof(ChannelGrain).FullName, TimeSpan.FromMinutes(7)), (name, age));
    }
}
