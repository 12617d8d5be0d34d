using Orleans.TestingHost;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Tests.Hosting;

public sealed class HostPartsTests
{
    [Fact]
    public async Task SiloWithoutTheParts_DoesNotStart_AndNamesThemAll()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddTachyonGrains());
        await using InProcessTestCluster cluster = builder.Build();

        string refusal = (await Assert.ThrowsAnyAsync<Exception>(cluster.DeployAsync)).ToString();

        Assert.Contains("AddSqliteGrainStorage", refusal, StringComparison.Ordinal);
        Assert.Contains("UseSqliteReminders", refusal, StringComparison.Ordinal);
        Assert.Contains("ISettlementChain", refusal, StringComparison.Ordinal);
        Assert.Contains("IAccountSigner", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SiloWithSenselessStorageSettings_DoesNotStart()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddSqliteGrainStorage("storage", options => options.Path = "/no/such/directory/grains.db"));
        await using InProcessTestCluster cluster = builder.Build();

        string refusal = (await Assert.ThrowsAnyAsync<Exception>(cluster.DeployAsync)).ToString();

        Assert.Contains("/no/such/directory/grains.db", refusal, StringComparison.Ordinal);
    }
}
