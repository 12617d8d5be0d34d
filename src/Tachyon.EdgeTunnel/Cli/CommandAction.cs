using System.CommandLine;
using System.Text.Json;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>Runs a command's action and turns what it throws into one clear message and an <see cref="ExitCode"/>.</summary>
internal static class CommandAction
{
    public static Command Runs(this Command command, Func<CommandContext, CancellationToken, Task<ExitCode>> action)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, action, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<CommandContext, CancellationToken, Task<ExitCode>> action, CancellationToken cancellationToken)
    {
        try
        {
            return (int)await action(new CommandContext(parsed), cancellationToken);
        }
        catch (Exception fault)
        {
            var code = ExitCodes.Of(fault, cancellationToken.IsCancellationRequested);
            Report(parsed, code, fault);
            return (int)code;
        }
    }

    /// <summary>Writes what --json prints when a command fails.</summary>
    public static void WriteJson(this TextWriter error, ExitCode code, string message)
    {
        ArgumentNullException.ThrowIfNull(error);
        var document = new CommandErrorDocument { Error = code.ToString(), ExitCode = (int)code, Message = message };
        error.WriteLine(JsonSerializer.Serialize(document, CliErrorJson.Default.CommandErrorDocument));
    }

    private static void Report(ParseResult parsed, ExitCode code, Exception fault)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (parsed.GetValue(CommonOptions.Json))
        {
            error.WriteJson(code, fault.Message);
            return;
        }

        // An unforeseen fault is a bug: its trace is worth more than a tidy line.
        error.WriteLine(code == ExitCode.Failure ? $"error: {fault}" : $"error: {fault.Message}");
    }
}
