using System.Text.Json;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Cli;

public sealed class ConfigCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _deployment;

    public ConfigCheckTests()
    {
        _deployment = _directory.Combine("deployment.json");
        File.WriteAllText(_deployment, "{}");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Check_AFileAndOptionsInOrder_Passes()
    {
        var config = Write($$"""
            {
              // Comments are fine.
              "gateway": "https://silo.example:7443",
              "rpc": "http://127.0.0.1:8545",
              "deployment": "{{_deployment}}",
              "provide": { "listen": "0.0.0.0:9440", "pricePerMB": 0.25, "egressAllow": ["127.0.0.1:80", "[fd00::/8]:443"], },
            }
            """);

        var run = await CommandRun.OfAsync("config", "check", "provide", "--config", config, "--advertise", "provider.example:9440");

        Assert.Equal((ExitCode.Success, ""), (run.Code, run.Error));
    }

    [Fact]
    public async Task Check_ManyFaults_NamesEachWithItsSettingValueAndSource()
    {
        var config = Write("""
            {
              "gateway": "ftp://silo.example",
              "finality": "soon",
              "provide": { "listen": "everywhere", "egressAllow": ["10.0.0.0/8", "nowhere"], "color": "blue" },
              "listn": 1
            }
            """);

        var run = await CommandRun.OfAsync("config", "check", "provide", "--config", config, "--json", "--price", "0", "--tolerance-limit", "1000001");

        Assert.Equal(ExitCode.BadSettings, run.Code);
        var document = JsonDocument.Parse(run.Output).RootElement;
        Assert.False(document.GetProperty("valid").GetBoolean());
        var faults = document.GetProperty("faults").EnumerateArray()
            .Select(fault => (fault.GetProperty("setting").GetString(), fault.GetProperty("value").GetString(), fault.GetProperty("source").GetString()))
            .Order().ToArray();
        (string?, string?, string?)[] expected =
        [
            ("deployment", null, null),
            ("finality", "soon", config),
            ("gateway", "ftp://silo.example", config),
            ("listn", null, config),
            ("provide.color", null, config),
            ("provide.egressAllow", "nowhere", config),
            ("provide.listen", "everywhere", config),
            ("provide.pricePerMB", "0", "--price"),
            ("provide.toleranceLimitPpm", "1000001", "--tolerance-limit"),
            ("rpc", null, null),
        ];
        // The listening endpoint could not be read, so the default stands in and asks for an advertised one too.
        Assert.Equal(expected, faults.Where(fault => fault.Item1 != "provide.advertise"));
    }

    [Fact]
    public async Task Check_OnTheCommandLine_OptionsComeBeforeTheFile()
    {
        var config = Write($$"""{ "gateway": "nonsense", "rpc": "http://127.0.0.1:1", "deployment": "{{_deployment}}" }""");

        var run = await CommandRun.OfAsync("config", "check", "connect", "--config", config, "--gateway", "http://127.0.0.1:2", "--max-price", "1");

        Assert.Equal((ExitCode.Success, ""), (run.Code, run.Error));
    }

    [Theory]
    [InlineData("--capacity", "0.0001")]
    [InlineData("--capacity", "-1")]
    [InlineData("--capacity", "281474976710.656")]
    [InlineData("--max-price", "0.0000000000000000001")]
    [InlineData("--max-price", "1e3")]
    [InlineData("--provider", "0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    [InlineData("--socks", "127.0.0.1")]
    [InlineData("--tolerance", "1.5")]
    [InlineData("--open-timeout", "0")]
    public async Task Check_AValueOutOfBounds_IsTheOneFault(string option, string value)
    {
        string[] arguments = ["config", "check", "connect", "--gateway", "http://127.0.0.1:2", "--rpc", "http://127.0.0.1:1", "--deployment", _deployment];
        string[] price = option == "--max-price" ? [] : ["--max-price", "1"];

        var run = await CommandRun.OfAsync([.. arguments, .. price, option, value, "--json"]);

        Assert.Equal(ExitCode.BadSettings, run.Code);
        var fault = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("faults").EnumerateArray());
        Assert.Equal((value, option), (fault.GetProperty("value").GetString(), fault.GetProperty("source").GetString()));
    }

    [Theory]
    [InlineData("me:secret\n", true)]
    [InlineData("me:se:cret\nanother line\n", true)]
    [InlineData("me\n", false)]
    [InlineData(":secret\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task Check_TheProxysPasswordFile_HoldsAUserAndAPassword_AndIsNotShown(string? content, bool right)
    {
        var file = _directory.Combine("proxy-password");
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content);
        }

        var run = await CommandRun.OfAsync(
            "config", "check", "connect", "--gateway", "http://127.0.0.1:2", "--rpc", "http://127.0.0.1:1", "--deployment", _deployment,
            "--max-price", "1", "--proxy-password-file", file);

        Assert.Equal(right ? ExitCode.Success : ExitCode.BadSettings, run.Code);
        Assert.DoesNotContain("secret", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{ \"gateway\": ")]
    [InlineData("{ \"gateway\": { \"url\": 1 } }")]
    public async Task Check_AFileOfTheWrongShape_IsAFaultAndNoCrash(string content)
    {
        var run = await CommandRun.OfAsync("config", "check", "connect", "--config", Write(content));

        Assert.Equal(ExitCode.BadSettings, run.Code);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandLine_ThatCannotBeRead_EndsWithBadSettingsAndOneLine()
    {
        var run = await CommandRun.OfAsync("connect", "--frobnicate");

        Assert.Equal(ExitCode.BadSettings, run.Code);
        Assert.Contains("--frobnicate", run.Error, StringComparison.Ordinal);
    }

    private string Write(string content)
    {
        var path = _directory.Combine("edge.json");
        File.WriteAllText(path, content);
        return path;
    }
}
