using Orleans.Runtime;
using Tachyon.Grains.Storage;

namespace Tachyon.Grains.Tests.Storage;

public sealed class SqliteGrainStorageOptionsTests
{
    [Fact]
    public void AllFaults_AreReportedAtOnce_WithSettingAndValue()
    {
        var options = new SqliteGrainStorageOptions { Path = "/no/such/directory/grains.db", MaxBatch = 0, Gathering = TimeSpan.FromMinutes(1), BusyTimeout = TimeSpan.Zero };

        OrleansConfigurationException refusal = Assert.Throws<OrleansConfigurationException>(
            () => new SqliteGrainStorageOptionsValidator("tachyon", options).ValidateConfiguration());

        Assert.Contains("'/no/such/directory/grains.db'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBatch is 0", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Gathering is 00:01:00", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("BusyTimeout is 00:00:00", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_IsNeeded() => Assert.Contains(
        "Path is empty",
        Assert.Throws<OrleansConfigurationException>(
            () => new SqliteGrainStorageOptionsValidator("tachyon", new SqliteGrainStorageOptions()).ValidateConfiguration()).Message,
        StringComparison.Ordinal);
}
