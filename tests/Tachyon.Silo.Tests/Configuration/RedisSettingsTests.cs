using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Tachyon.Silo.Cli;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Storage;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Configuration;

/// <summary>A cluster on Redis: what is refused before anything can be lost.</summary>
public sealed class RedisSettingsTests : IDisposable
{
    private static readonly Dictionary<string, string> Durable = new()
    {
        ["appendonly"] = "yes",
        ["appendfsync"] = "always",
        ["no-appendfsync-on-rewrite"] = "no",
        ["maxmemory"] = "0",
        ["maxmemory-policy"] = "noeviction",
    };

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Server_ThatKeepsWhatItAcknowledges_IsTaken() => Assert.Empty(RedisDurability.Faults(Durable));

    [Theory]
    [InlineData("appendonly", "no")]
    [InlineData("appendfsync", "everysec")]
    [InlineData("no-appendfsync-on-rewrite", "yes")]
    public void Server_ThatMayLoseWhatItAcknowledged_IsRefused_WithTheSettingAndItsValue(string setting, string value)
    {
        var fault = Assert.Single(RedisDurability.Faults(new Dictionary<string, string>(Durable) { [setting] = value }));

        Assert.Contains($"{setting} is '{value}'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Server_ThatThrowsRecordsAwayWhenFull_IsRefused_UnlessItsMemoryHasNoLimit()
    {
        var evicting = new Dictionary<string, string>(Durable) { ["maxmemory-policy"] = "allkeys-lru" };
        Assert.Empty(RedisDurability.Faults(evicting));

        evicting["maxmemory"] = "1000000";
        Assert.Contains("noeviction", Assert.Single(RedisDurability.Faults(evicting)), StringComparison.Ordinal);
    }

    [Fact]
    public void Server_ThatSaysNothing_IsRefused() => Assert.Equal(4, RedisDurability.Faults(new Dictionary<string, string>()).Count);

    [Fact]
    public async Task Redis_WithoutItsPackagesOrItsFile_IsRefusedBeforeAnythingStarts()
    {
        // Without the packages the build says so; with them the file is missing. Either is a fault of settings.
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await SiloCommandLine.Create()
            .Parse(["config", "check", "--data", _directory.Combine("data"), "--set", "Storage:Provider=redis", "--set", $"Storage:Redis:ConnectionFile={_directory.Combine("none")}"])
            .InvokeAsync(new() { Output = output, Error = error }, CancellationToken.None);

        Assert.Equal((int)ExitCode.BadSettings, code);
        Assert.Single(error.ToString().Split('\n'), line => line.StartsWith("error: Storage:", StringComparison.Ordinal));
    }

    [Fact]
    public void ConnectionFile_ThatIsNone_IsNeverRepeated()
    {
        var file = _directory.Combine("redis");
        File.WriteAllText(file, "redis.internal:6379,password=hunter2,nonsense=1\n");
        var faults = new List<SettingFault>();

        RedisConnection.Open(new StorageSettings(StorageProvider.Redis, file, AllowUndurableRedis: false), faults);

        Assert.DoesNotContain("hunter2", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Cluster_OnRedis_NeedsAnAddressAndSharedState()
    {
        var given = TestSilo.Settings("data");
        given["Cluster:Provider"] = "redis";
        given["Storage:Provider"] = "sqlite";
        SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build(), out var faults);

        Assert.Equal(["Cluster:Address", "Storage:Provider"], faults.Select(fault => fault.Setting).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("silo-1.internal")]
    public void ClusterAddress_ThatNoOtherSiloCanReach_IsRefused(string address)
    {
        var given = TestSilo.Settings("data");
        given["Cluster:Address"] = address;
        SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build(), out var faults);

        Assert.Equal("Cluster:Address", Assert.Single(faults).Setting);
    }
}
