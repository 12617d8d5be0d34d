using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Protocol.Identity;
using Microsoft.Extensions.Configuration;
using Tachyon.Silo.Cli;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Tests.Configuration;

/// <summary>What a person sees who starts a silo with wrong settings or files.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Check_OfRightSettings_NamesTheAccountThatPays()
    {
        var (files, account) = await FilesAsync();

        Assert.Equal(0, await RunAsync(["config", "check", .. files]));
        Assert.Contains(account.ToString(), _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("20000 (default)", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_NamesEverySetting_WithItsDefault_AndTheExitCodes()
    {
        Assert.Equal(0, await RunAsync(["--help"]));

        var help = _output.ToString();
        var settings = SiloSettings.Read(new ConfigurationBuilder().Build(), out _).Entries;
        Assert.True(settings.Count > 40);
        Assert.All(settings, entry => Assert.Contains($"  {entry.Key} ", help, StringComparison.Ordinal));
        Assert.Contains("[00:00:15] how often an edge must be heard", help, StringComparison.Ordinal);
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Contains($"\n  {(int)code}  ", help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_WithAWrongPassword_SaysSo_AndNotThePassword()
    {
        var (files, _) = await FilesAsync();
        await File.WriteAllTextAsync(_directory.Combine("password"), "not it\n");

        Assert.Equal(2, await RunAsync(["config", "check", .. files]));
        Assert.Contains("Operator:KeystoreFile", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("password", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("not it", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutSettings_NamesEachThatIsMissing_AndStartsNothing()
    {
        Assert.Equal(2, await RunAsync(["--data", _directory.Combine("data")]));

        var lines = _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WithAConfigurationFileThatIsNoJson_SaysSo()
    {
        var file = _directory.Combine("silo.json");
        await File.WriteAllTextAsync(file, "{ \"Chain\": ");

        Assert.Equal(2, await RunAsync(["--config", file]));
        Assert.StartsWith("error: --config", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnADataDirectoryThatCannotBeWritten_SaysSo()
    {
        var (files, _) = await FilesAsync("blocked");
        await File.WriteAllTextAsync(_directory.Combine("blocked"), "a file where a directory should be");

        Assert.Equal(2, await RunAsync(files));
        Assert.Contains("DataDirectory", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnAPortInUse_SaysSoInOneLine()
    {
        var (files, _) = await FilesAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        Assert.Equal(3, await RunAsync([.. files, "--urls", $"http://{other.LocalEndpoint}"]));
        Assert.StartsWith($"error: cannot listen on http://{other.LocalEndpoint}", _error.ToString(), StringComparison.Ordinal);
        Assert.Single(_error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Set_GivesAnySetting_AndTheCommandLineWins()
    {
        var (files, _) = await FilesAsync();
        var file = _directory.Combine("silo.json");
        await File.WriteAllTextAsync(file, """{ "Gateway": { "MaxConnections": 0 } }""");

        Assert.Equal(2, await RunAsync(["config", "check", "--config", file, .. files]));
        Assert.Equal(0, await RunAsync(["config", "check", "--config", file, "--set", "Gateway:MaxConnections=7", .. files]));
    }

    private Task<int> RunAsync(string[] arguments) => SiloCommandLine.Create().Parse(arguments).InvokeAsync(
        new InvocationConfiguration { Output = _output, Error = _error }, CancellationToken.None);

    private async Task<(string[] Arguments, Address Account)> FilesAsync(string data = "data")
    {
        var account = KeystoreFile.Create(_directory.Combine("key.json"), "secret", KeystoreStrength.Light);
        await File.WriteAllTextAsync(_directory.Combine("password"), "secret\n");
        var deployment = new Deployment(31_337, account, account, account, 0);
        await deployment.SaveAsync(_directory.Combine("deployment.json"));
        return (
            [
                "--rpc", "http://127.0.0.1:1", "--deployment", _directory.Combine("deployment.json"),
                "--keystore", _directory.Combine("key.json"), "--password-file", _directory.Combine("password"),
                "--data", _directory.Combine(data),
            ],
            account);
    }
}
