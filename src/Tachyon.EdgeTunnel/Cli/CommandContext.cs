using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>What a running command has at hand: its options, where to print, and how.</summary>
internal sealed class CommandContext
{
    public CommandContext(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        Parsed = parsed;
        Json = parsed.GetValue(CommonOptions.Json);
        Output = parsed.InvocationConfiguration.Output;
        Error = parsed.InvocationConfiguration.Error;
        Data = new DataDirectory(parsed.GetRequiredValue(CommonOptions.Data));

        // Bold and moving text is for terminals: a file or a pipe would hold the escapes.
        IsTerminal = ReferenceEquals(Output, System.Console.Out) && !System.Console.IsOutputRedirected;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Out = new AnsiConsoleOutput(Output),
        });
    }

    public ParseResult Parsed { get; }

    /// <summary>Whether output is read by a program.</summary>
    public bool Json { get; }

    /// <summary>Whether a person sees the output as it comes.</summary>
    public bool IsTerminal { get; }

    public DataDirectory Data { get; }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>For people; unused where <see cref="Json"/> is set.</summary>
    public IAnsiConsole Console { get; }

    public SettingReader ReadSettings()
    {
        var faults = new List<ConfigFault>();
        return new SettingReader(Parsed.ReadSettings(faults), faults);
    }

    public void Print<T>(T document, JsonTypeInfo<T> shape) => Output.WriteLine(JsonSerializer.Serialize(document, shape));
}
