using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Spectre.Console;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Cli;

/// <summary>What scripts rely on: JSON from every command, whatever goes wrong, and exit codes that mean what the document says.</summary>
public sealed partial class JsonEverywhereTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Commands => [.. LeavesOf(EdgeCommandLine.CreateAll(), "")];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_WithJson_PrintsNothingElse_WhereNothingIsAsItShouldBe(string command)
    {
        // With an argument that cannot be right, and without any: neither node nor key nor settings are there.
        foreach (var arguments in new string[][] { [], ["x"], ["x", "y"], ["--frobnicate"] })
        {
            var run = await CommandRun.OfAsync([.. command.Split(' '), .. arguments, "--json", "--data", _directory.Combine("nowhere")]);

            AssertJson(run);
        }
    }

    [Theory]
    [InlineData("completion bash")]
    [InlineData("blacklist add 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    [InlineData("blacklist list")]
    [InlineData("blacklist remove 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    public async Task Command_ThatNeedsNoNode_PrintsADocument(string command)
    {
        var run = await CommandRun.OfAsync([.. command.Split(' '), "--json", "--data", _directory.Path]);

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.NotEmpty(run.Output);
        AssertJson(run);
    }

    [Fact]
    public async Task CommandLine_ThatCannotBeRead_IsAnErrorDocumentOnOneLine()
    {
        var run = await CommandRun.OfAsync("connect", "--frobnicate", "--json");

        Assert.Equal((ExitCode.BadSettings, ""), (run.Code, run.Output));
        var error = JsonDocument.Parse(Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.Equal(("BadSettings", 2), (error.GetProperty("error").GetString(), error.GetProperty("exitCode").GetInt32()));
        Assert.Contains("--frobnicate", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ExitCodes_AreThoseOfTheDocument_AndEveryNodeFaultHasItsOwn()
    {
        var document = File.ReadAllText(RepositoryRoot.Combine("docs", "control-socket.md"));
        var table = document[document.IndexOf("## Exit codes", StringComparison.Ordinal)..];

        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => (int)code), CodeInTable().Matches(table).Select(match => int.Parse(match.Groups[1].Value)).Order());
        Assert.DoesNotContain(
            ExitCode.Failure,
            Enum.GetValues<NodeFault>().Where(fault => fault != NodeFault.Invalid).Select(fault => ExitCodes.Of(new NodeException(fault, ""), interrupted: false)));
    }

    [Fact]
    public async Task Bar_MovesOnATerminal_AndIsNotThereForFilesAndPrograms()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output),
        });

        var result = await Bars.WithBarAsync(console, "checking 10 units", 10, async report =>
        {
            report(5, "half of it");
            await Eventually.TrueAsync(() => output.ToString().Contains("50%", StringComparison.Ordinal), "the bar stands at a half");
            return 7;
        });

        Assert.Equal(7, result);
        Assert.Contains("half of it", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("100%", output.ToString(), StringComparison.Ordinal);
    }

    private static void AssertJson(CommandRun run)
    {
        if (run.Output.Length > 0)
        {
            JsonDocument.Parse(run.Output).Dispose();
        }

        foreach (var line in run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            JsonDocument.Parse(line).Dispose();
        }

        Assert.True(run.Output.Length > 0 || run.Error.Length > 0, "it says nothing at all");
    }

    private static IEnumerable<string> LeavesOf(Command command, string path) => command.Subcommands.Count == 0
        ? [path]
        : command.Subcommands.SelectMany(sub => LeavesOf(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}"));

    // "0 done; 1 unforeseen; …": the number behind the start, a semicolon or a line's end.
    [GeneratedRegex(@"(?:^|;)\s*(\d+) ", RegexOptions.Multiline)]
    private static partial Regex CodeInTable();
}
