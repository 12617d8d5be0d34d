using Orleans.Hosting;

namespace Tachyon.Grains.Tests.Storage;

public sealed class RedisInBuildTests
{
    [Fact]
    public async Task BuildWithoutThePackages_SaysSo_AndOneWithThem_DoesNot()
    {
        Exception? refusal = await Record.ExceptionAsync(async () =>
        {
            await using StorageCluster cluster = await StorageCluster.Start(silo => silo
                .AddMemoryGrainStorage(StorageCluster.Name)
                .UseRedisReminderService(options => options.ConfigurationOptions = new()));
        });

        Assert.Equal(RedisInBuild.HasPackages, refusal is not PlatformNotSupportedException);
        if (refusal is PlatformNotSupportedException)
        {
            Assert.Contains("UseStandIns=false", refusal.Message, StringComparison.Ordinal);
        }
    }
}
