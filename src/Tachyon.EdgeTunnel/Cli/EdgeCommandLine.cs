using System.CommandLine;
using System.CommandLine.Invocation;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>The root of <c>tachyon-edge</c>'s command line: what all commands share, and how they are run.</summary>
internal static class EdgeCommandLine
{
    // A graceful stop exchanges final units and drains sessions; the provider's own limit on that is an hour.
    private static readonly TimeSpan LongestStop = TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1);

    public static RootCommand Create()
    {
        var root = new RootCommand("A node of Tachyon: buys (connect) or sells (provide) bandwidth, paid by the byte.");
        root.Options.Add(CommonOptions.Data);
        root.Options.Add(CommonOptions.Config);
        root.Options.Add(CommonOptions.Json);
        return root;
    }

    /// <summary>All commands.</summary>
    public static RootCommand CreateAll() => Create()
        .AddKeys()
        .AddProvide()
        .AddConnect()
        .AddWatch()
        .AddDrain()
        .AddChannels()
        .AddUsage()
        .AddVerify()
        .AddBlacklist()
        .AddStatus()
        .AddConfig()
        .AddCompletion();

    /// <summary>Parses and runs. The process's exit code is an <see cref="ExitCode"/>.</summary>
    public static Task<int> RunAsync(this RootCommand root, IReadOnlyList<string> arguments) =>
        root.RunAsync(arguments, Console.Out, Console.Error, CancellationToken.None);

    /// <summary>As <see cref="RunAsync(RootCommand, IReadOnlyList{string})"/>, with the streams given.</summary>
    public static async Task<int> RunAsync(
        this RootCommand root, IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && arguments.Contains(CommonOptions.Json.Name))
        {
            error.WriteJson(ExitCode.BadSettings, string.Join("; ", parsed.Errors.Select(mistake => mistake.Message)));
            return (int)ExitCode.BadSettings;
        }

        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = LongestStop,
        };
        if (parsed.Action is ParseErrorAction mistake)
        {
            // Pages of help would push the one line that matters off the screen.
            mistake.ShowHelp = false;
        }

        var code = await parsed.InvokeAsync(invocation, cancellationToken);

        // The library answers 1 to a command line that it cannot read; scripts are promised a code of its own.
        return parsed.Errors.Count > 0 ? (int)ExitCode.BadSettings : code;
    }
}
