using Tachyon.EdgeTunnel.Cli;

namespace Tachyon.EdgeTunnel.Tests.Cli;

/// <summary>What a command printed and how it ended.</summary>
internal sealed record CommandRun(ExitCode Code, string Output, string Error)
{
    /// <summary>Runs <c>tachyon-edge</c> with these arguments, in this process.</summary>
    public static Task<CommandRun> OfAsync(params string[] arguments) => OfAsync(CancellationToken.None, arguments);

    /// <summary>As the other, until cancelled as by Ctrl-C.</summary>
    public static async Task<CommandRun> OfAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        return await OfAsync(output, cancellationToken, arguments);
    }

    /// <summary>The same, where somebody watches what it prints.</summary>
    public static async Task<CommandRun> OfAsync(StringWriter output, CancellationToken cancellationToken, params string[] arguments)
    {
        var root = EdgeCommandLine.CreateAll();
        using var error = new StringWriter();
        var code = await root.RunAsync(arguments, output, error, cancellationToken);
        return new CommandRun((ExitCode)code, output.ToString(), error.ToString());
    }
}
