using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Cli;

/// <summary>What <c>provide</c> and <c>connect</c> say when they cannot start.</summary>
public sealed class NodeCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public NodeCommandTests()
    {
        File.WriteAllText(_directory.Combine("password"), "right");
        File.WriteAllText(_directory.Combine("other"), "another");
        File.WriteAllText(_directory.Combine("deployment.json"), """
            { "chainId": 31337, "token": "0x00000000000000000000000000000000000000aa",
              "paymentChannels": "0x00000000000000000000000000000000000000bb",
              "proxyRegistry": "0x00000000000000000000000000000000000000bb", "deployedAtBlock": 0 }
            """);
        Directory.CreateDirectory(Data);
        KeystoreFile.Create(Path.Combine(Data, "keystore.json"), "right", KeystoreStrength.Light);
    }

    private string Data => _directory.Combine("data");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("provide", "--price", "1", "--advertise", "provider.example:9440")]
    [InlineData("connect", "--max-price", "1", "--socks", "127.0.0.1:0")]
    public async Task Start_WithTheWrongPassword_EndsWithItsOwnCodeAndLeavesTheJournalAlone(params string[] command)
    {
        var run = await StartAsync("other", command);

        Assert.Equal(ExitCode.WrongPassword, run.Code);
        Assert.DoesNotContain("another", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Data, "journal.db")));
    }

    [Fact]
    public async Task Start_WhereAnotherNodeRuns_IsRefused()
    {
        using var held = DataDirectoryLock.Acquire(new DataDirectory(Data));

        var run = await StartAsync("password", "connect", "--max-price", "1");

        Assert.Equal(ExitCode.DataDirectoryInUse, run.Code);
        Assert.Contains(Data, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAJournalOfANewerProgram_IsRefused()
    {
        await EdgeJournal.Open(Path.Combine(Data, "journal.db")).DisposeAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Data, "journal.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 1000";
            command.ExecuteNonQuery();
        }

        var run = await StartAsync("password", "connect", "--max-price", "1");

        Assert.Equal(ExitCode.JournalUnusable, run.Code);
    }

    [Fact]
    public async Task Start_WithoutAChain_EndsAfterTheTimeGivenAndSaysWhatIsMissing()
    {
        var run = await StartAsync("password", "connect", "--max-price", "1", "--socks", "127.0.0.1:0", "--open-timeout", "1");

        Assert.Equal(ExitCode.ChainUnavailable, run.Code);
        Assert.False(File.Exists(Path.Combine(Data, "control.sock")));
    }

    [Fact]
    public async Task Start_WithJson_EndsWithAnErrorDocument()
    {
        var run = await StartAsync("password", "connect", "--max-price", "1", "--socks", "127.0.0.1:0", "--open-timeout", "1", "--json");

        Assert.Equal((ExitCode.ChainUnavailable, ""), (run.Code, run.Output));
        using var error = System.Text.Json.JsonDocument.Parse(run.Error);
        Assert.Equal((int)ExitCode.ChainUnavailable, error.RootElement.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Start_OnAnEndpointThatIsTaken_SaysWhichOne()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var run = await StartAsync("password", "connect", "--max-price", "1", "--socks", taken.LocalEndpoint.ToString()!);

        Assert.Equal(ExitCode.EndpointUnavailable, run.Code);
        Assert.Contains(taken.LocalEndpoint.ToString()!, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithADeploymentFileThatIsNone_EndsWithBadSettings()
    {
        await File.WriteAllTextAsync(_directory.Combine("deployment.json"), "{}");

        var run = await StartAsync("password", "connect", "--max-price", "1");

        Assert.Equal(ExitCode.BadSettings, run.Code);
    }

    private Task<CommandRun> StartAsync(string passwordFile, params string[] command) => CommandRun.OfAsync(
    [
        .. command,
        "--data", Data,
        "--password-file", _directory.Combine(passwordFile),
        "--deployment", _directory.Combine("deployment.json"),
        "--rpc", "http://127.0.0.1:1",
        "--gateway", "ws://127.0.0.1:1",
        "--log-level", "error",
    ]);
}
