using System.CommandLine;
using Tachyon.EdgeTunnel.Control;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge drain</c>: the running provider takes no new channels, without a restart.</summary>
internal static class DrainCommand
{
    private static readonly Option<bool> End = new("--end")
    {
        Description = "take new channels again",
    };

    public static RootCommand AddDrain(this RootCommand root)
    {
        var command = new Command(
            "drain",
            "Have the running provider take no new channels: it serves those that it has and is not matched. As provide --new-channels no, "
            + "until drain --end or the next start.");
        command.Options.Add(End);
        root.Subcommands.Add(command.Runs(RunAsync));
        return root;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var client = new ControlClient(context.Data);
        var document = await client.NewChannelsAsync(context.Parsed.GetValue(End), cancellationToken);
        if (context.Json)
        {
            context.Print(document, ControlJson.Default.NewChannelsDocument);
        }
        else
        {
            var sentence = document.NewChannels ? "The node takes new channels again" : "The node drains: it serves the channels that it has and takes no new ones";
            context.Output.WriteLine(document.Detail is null ? $"{sentence}." : $"{sentence}; {document.Detail}.");
        }

        return ExitCode.Success;
    }
}
