using System.CommandLine;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.Silo.Cli;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Tests.Documents;

/// <summary>Whoever pastes a command from the documents, or names one of their options or settings, is understood by the programs as they are.</summary>
public sealed partial class DocumentedCommandTests
{
    // Where options are told of that stand by themselves, and what of them curl and Redis have.
    private static readonly string[] OfOptions = ["docs/guides/", "docs/edge.md", "docs/gateway.md", "docs/control-socket.md", "docs/evidence.md", "docs/console.md"];
    private static readonly string[] OfOtherPrograms = ["--proxy-user", "--bind"];

    // Settings of .NET, and what only looks like one.
    private static readonly string[] OfOthers = ["Kestrel:", "USER:PASSWORD"];

    private static readonly Dictionary<string, RootCommand> Programs = new()
    {
        ["tachyon-edge"] = EdgeCommandLine.CreateAll(),
        ["tachyon-silo"] = SiloCommandLine.Create(),
    };

    [Fact]
    public void Commands_OfAllDocuments_AreUnderstood()
    {
        var named = DocumentedCommand.All.Where(command => command.Program is not null).ToList();
        var unnamed = DocumentedCommand.All.Where(command => command is { Program: null, Words.Count: > 1 } && OwnersOf(command).Any()).ToList();

        Assert.Empty(named.Where(command => Mistakes(Programs[command.Program!], command).Any())
            .Select(command => $"{command.Where} ({string.Join("; ", Mistakes(Programs[command.Program!], command))})"));
        Assert.Empty(unnamed.Where(command => OwnersOf(command).All(owner => Mistakes(owner, command).Any())).Select(command => command.Where));
        Assert.True(named.Count > 40, $"{named.Count} commands were found");
        Assert.True(unnamed.Count > 10, $"{unnamed.Count} commands without their program were found");
    }

    [Fact]
    public void Options_ThatDocumentsTellOf_Exist()
    {
        var known = Programs.Values.SelectMany(OptionsOf).ToHashSet();
        var told = DocumentedCommand.All
            .Where(command => command is { Program: null, Words: [['-', '-', ..], ..] } && OfOptions.Any(file => command.Where.StartsWith(file, StringComparison.Ordinal)))
            .ToList();

        Assert.Empty(told.Where(command => !known.Contains(command.Words[0]) && !OfOtherPrograms.Contains(command.Words[0])).Select(command => command.Where));
        Assert.True(told.Count > 40, $"{told.Count} options were found");
    }

    [Fact]
    public void Options_ThatContainersAreStartedWith_Exist()
    {
        var known = Programs.Values.SelectMany(OptionsOf).ToHashSet();
        var given = Directory.EnumerateFiles(RepositoryRoot.Combine("deploy"), "*.y*ml", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal))
            .SelectMany(file => Argument().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToList();

        Assert.Empty(given.Except(known));
        Assert.True(given.Count > 20, $"{given.Count} options were found");
    }

    [Fact]
    public void Settings_ThatDocumentsTellOf_Exist()
    {
        var known = SiloSettings.Read(new ConfigurationBuilder().Build(), out _).Entries.Select(entry => entry.Key).ToHashSet();
        var told = DocumentedCommand.Files.SelectMany(file => DocumentedCommand.Spans(File.ReadAllText(file)).Where(span => Key().IsMatch(span) && !OfOthers.Any(other => span.StartsWith(other, StringComparison.Ordinal))))
            .Concat(DocumentedCommand.All.Where(command => command.Program == "tachyon-silo").SelectMany(SetIn)).ToList();

        Assert.Empty(told.Where(key => !known.Contains(key)).Distinct());
        Assert.True(told.Count > 60, $"{told.Count} settings were found");
    }

    // Where a command is only mentioned, what it takes may be left out or stand there as a word in capitals.
    private static IEnumerable<string> Mistakes(RootCommand program, DocumentedCommand command)
    {
        var parsed = program.Parse([.. command.Words]);
        return parsed.Errors
            .Where(error => command.IsWhole || parsed.UnmatchedTokens.Count > 0 || error.SymbolResult?.Tokens.Any(token => !Placeholder().IsMatch(token.Value)) == true)
            .Select(error => error.Message);
    }

    private static IEnumerable<RootCommand> OwnersOf(DocumentedCommand command) =>
        Programs.Values.Where(program => program.Subcommands.Any(subcommand => subcommand.Name == command.Words[0]));

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.Select(option => option.Name).Concat(command.Subcommands.SelectMany(OptionsOf));

    private static IEnumerable<string> SetIn(DocumentedCommand command) =>
        command.Words.Zip(command.Words.Skip(1)).Where(pair => pair.First == "--set").Select(pair => pair.Second.Split('=')[0]);

    // An element of a list in YAML: - --price=0.0005
    [GeneratedRegex(@"^\s*- (--[a-z-]+)=", RegexOptions.Multiline)]
    private static partial Regex Argument();

    [GeneratedRegex("^[A-Z]+$")]
    private static partial Regex Placeholder();

    [GeneratedRegex("^[A-Z][A-Za-z]+(:[A-Z][A-Za-z]+)+$")]
    private static partial Regex Key();
}
