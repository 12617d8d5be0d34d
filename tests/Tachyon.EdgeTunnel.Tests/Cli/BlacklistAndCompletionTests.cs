using System.Diagnostics;
using Tachyon.EdgeTunnel.Cli;

namespace Tachyon.EdgeTunnel.Tests.Cli;

public sealed class BlacklistAndCompletionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Blacklist_AddListRemove_KeepOneEntryForEachNode()
    {
        var who = TestChannels.Provider.Address.ToString();

        Assert.Contains("nobody", (await RunAsync("list")).Output, StringComparison.Ordinal);
        Assert.Contains("is blacklisted", (await RunAsync("add", who, "--reason", "slow")).Output, StringComparison.Ordinal);
        Assert.Contains("already", (await RunAsync("add", who)).Output, StringComparison.Ordinal);
        Assert.Single((await RunAsync("list")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith(who, StringComparison.Ordinal));
        Assert.Contains("\"entries\": []", (await RunAsync("remove", who, "--json")).Output, StringComparison.Ordinal);
        Assert.Contains("was not", (await RunAsync("remove", who)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadSettings, (await RunAsync("add", "0x12")).Code);

        await File.WriteAllTextAsync(_directory.Combine("blacklist.json"), "{ broken");
        Assert.Equal(ExitCode.BadSettings, (await RunAsync("list")).Code);
    }

    [Theory]
    [InlineData("tachyon-edge channels fo", "force-close")]
    [InlineData("tachyon-edge --data x channels close 0x12 --for", "--force")]
    [InlineData("tachyon-edge verify --js", "--json")]
    [InlineData("tachyon-edge bla", "blacklist")]
    [InlineData("tachyon-edge usage --by pe", "peer")]
    [InlineData("tachyon-edge channels force-close 0x12 --via gate", "gateway")]
    [InlineData("tachyon-edge config check prov", "provide")]
    [InlineData("tachyon-edge completion z", "zsh")]
    public async Task Completion_InBash_CompletesCommandsAndOptions(string typed, string expected)
    {
        var script = await CommandRun.OfAsync("completion", "bash");
        await File.WriteAllTextAsync(_directory.Combine("completion.sh"), script.Output);
        var words = typed.Split(' ');
        var test = $"source {_directory.Combine("completion.sh")}; COMP_WORDS=({typed}); COMP_CWORD={words.Length - 1}; _tachyon_edge; echo \"${{COMPREPLY[*]}}\"";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", test]) { RedirectStandardOutput = true })!;

        Assert.Equal(expected, (await bash.StandardOutput.ReadToEndAsync()).Trim());
    }

    [Theory]
    [InlineData("zsh", "bashcompinit")]
    [InlineData("fish", "complete -c tachyon-edge")]
    public async Task Completion_ForOtherShells_NamesEveryCommand(string shell, string expected)
    {
        var script = (await CommandRun.OfAsync("completion", shell)).Output;

        Assert.Contains(expected, script, StringComparison.Ordinal);
        foreach (var command in new[] { "channels force-close", "channels top-up", "usage", "verify", "blacklist add", "watch", "config check" })
        {
            Assert.Contains(command, script, StringComparison.Ordinal);
        }
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync(["blacklist", .. arguments, "--data", _directory.Path]);
}
