using Microsoft.Extensions.Options;
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
            OutboxMaxInFlight = 1_000,
            OutboxMaxFeeGwei = 0,
            OutboxPollInterval = TimeSpan.FromSeconds(30),
            OutboxReplaceAfter = TimeSpan.FromSeconds(10),
        });

        Assert.Equal(6, result.Failures!.Count());
        Assert.Contains("FeedBlocksPerRequest is 0; it must be 1 to 10000.", result.Failures!);
        Assert.Contains("OutboxReplaceAfter is 00:00:10, shorter than OutboxPollInterval, 00:00:30.", result.Failures!);
    }
}
