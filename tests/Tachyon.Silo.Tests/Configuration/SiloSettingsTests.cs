using Microsoft.Extensions.Configuration;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Configuration;

public sealed class SiloSettingsTests
{
    [Fact]
    public void Settings_LeftOut_HaveTheirDocumentedDefaults()
    {
        var settings = Read(out var faults);

        Assert.Empty(faults);
        Assert.Equal(Finality.Automatic, settings.Chain.Finality);
        Assert.Equal(TimeSpan.FromSeconds(15), settings.Gateway.HeartbeatPeriod);
        Assert.Equal(32, settings.Gateway.MaxOpenRequests);
    }

    [Fact]
    public void Settings_WithManyFaults_NameThemAll_EachWithItsValue()
    {
        Read(
            out var faults,
            ("Chain:Endpoint", "ftp://node"),
            ("Chain:Finality", "soon"),
            ("Operator:KeystoreFile", null),
            ("Gateway:Urls", "127.0.0.1:9430"),
            ("Gateway:Names", "https://silo.example"),
            ("Gateway:HeartbeatPeriod", "15"),
            ("Gateway:MaxConnections", "0"),
            ("Grains:OutboxMaxInFlight", "1000"));

        Assert.Equal(
        [
            "Chain:Endpoint", "Chain:Finality", "Gateway:HeartbeatPeriod", "Gateway:MaxConnections", "Gateway:Names", "Gateway:Urls", "Grains",
            "Operator:KeystoreFile",
        ],
            faults.Select(fault => fault.Setting).Order(StringComparer.Ordinal));
        Assert.Contains(faults, fault => fault.ToString().Contains("Chain:Endpoint is 'ftp://node'", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.ToString().Contains("OutboxMaxInFlight is 1000", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_WithAWrongName_SayWhich_ButNeverItsValue()
    {
        Read(out var faults, ("Operator:Password", "hunter2"), ("Gateway:HeartBeat", "00:00:10"));

        Assert.Equal(["Gateway:HeartBeat", "Operator:Password"], faults.Select(fault => fault.Setting).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_WithHeartbeatsTooRareForTheLiveness_AreRefused()
    {
        Read(out var faults, ("Gateway:HeartbeatPeriod", "00:00:20"), ("Grains:ProviderLiveness", "00:00:30"));

        Assert.Equal("Gateway:HeartbeatPeriod", Assert.Single(faults).Setting);
    }

    [Fact]
    public void Settings_OfTheGrains_ReachThem()
    {
        var settings = Read(out _, ("Grains:OutboxMaxQueued", "77"), ("Grains:FeedPollInterval", "00:00:07"));

        var options = new GrainsOptions();
        settings.Grains(options);
        Assert.Equal((77, TimeSpan.FromSeconds(7)), (options.OutboxMaxQueued, options.FeedPollInterval));
    }

    [Fact]
    public void Urls_AsOneValue_AreSplit()
    {
        var settings = Read(out var faults, ("Gateway:Urls", "http://127.0.0.1:1; https://*:2"));

        Assert.Empty(faults);
        Assert.Equal(["http://127.0.0.1:1", "https://*:2"], settings.Gateway.Urls);
    }

    [Fact]
    public void EveryOptionOfTheGrains_HasASetting_InWords() => Assert.Empty(GrainsSettings.WithoutMeaning);

    [Fact]
    public void EverySetting_IsInTheDocumentation()
    {
        var guide = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "gateway.md"));
        var missing = Read(out _).Entries.Select(entry => entry.Key)
            .Where(key => !key.StartsWith("Grains:", StringComparison.Ordinal) && !guide.Contains($"`{key}`", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("http://0.0.0.0:9430", "http://127.0.0.1:9430")]
    [InlineData("https://silo.example", "http://127.0.0.1:443")]
    [InlineData("http://*:9430; http://*:9440", "http://127.0.0.1:9431; http://127.0.0.1:9440")]
    public void OperatorUrls_OnAPortOfEverybodys_AreRefused(string urls, string operatorUrls)
    {
        Read(out var faults, ("Gateway:Urls", urls), ("Gateway:OperatorUrls", operatorUrls));

        var fault = Assert.Single(faults);
        Assert.Equal(("Gateway:OperatorUrls", operatorUrls.Split("; ")[^1]), (fault.Setting, fault.Value));
        Assert.Contains("port of its own", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void OperatorUrls_WithoutAPort_AreRefused()
    {
        Read(out var faults, ("Gateway:OperatorUrls", "http://127.0.0.1:0"));

        Assert.Equal("Gateway:OperatorUrls", Assert.Single(faults).Setting);
    }

    [Theory]
    [InlineData("0.0.0.0/0", "everybody")]
    [InlineData("proxy.internal", "CIDR")]
    public void TrustedProxies_ThatWouldBeTooMany_OrAreNone_AreRefused(string network, string reason)
    {
        Read(out var faults, ("Gateway:TrustedProxies", network));

        Assert.Contains(reason, Assert.Single(faults).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoint_WithAKeyInItsPath_IsNotShown()
    {
        var settings = Read(out _, ("Chain:Endpoint", "https://user:pass@mainnet.example/v3/0123456789abcdef?key=x"));

        var shown = settings.Entries.Single(entry => entry.Key == "Chain:Endpoint").Value;
        Assert.Equal("https://mainnet.example/…", shown);
    }

    private static SiloSettings Read(out IReadOnlyList<SettingFault> faults, params (string Key, string? Value)[] changes)
    {
        var given = TestSilo.Settings("data");
        foreach (var (key, value) in changes)
        {
            given[key] = value;
        }

        return SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build(), out faults);
    }
}
