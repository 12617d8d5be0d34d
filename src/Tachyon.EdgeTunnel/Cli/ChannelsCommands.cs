using System.CommandLine;
using Spectre.Console;
using Tachyon.EdgeTunnel.Control;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge channels list | show | close</c>, through the running node.</summary>
internal static class ChannelsCommands
{
    public static readonly Argument<string> Id = new("CHANNEL")
    {
        Description = "the channel's id: 0x and 64 hexadecimal digits, or a beginning that fits only one",
    };

    public static readonly Option<bool> NoWait = new("--no-wait")
    {
        Description = "return once it has begun instead of waiting until the chain shows it",
    };

    public static readonly Option<int> TimeoutSeconds = new("--timeout")
    {
        Description = "how long to wait, in seconds: for the settlement, or for the chain to show a forced close",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 300,
    };

    public static RootCommand AddChannels(this RootCommand root)
    {
        var list = new Command("list", "List the node's channels.");
        var show = new Command("show", "Show one channel.");
        show.Arguments.Add(Id);
        var close = new Command("close", "Close a channel cooperatively: both sides sign the final bytes, the rest of the deposit returns.");
        close.Arguments.Add(Id);
        close.Options.Add(NoWait);
        close.Options.Add(TimeoutSeconds);
        close.Options.Add(ForceCloseCommand.Force);
        ForceCloseCommand.AddOptions(close);

        var channels = new Command("channels", "Look at, top up and close this node's channels.");
        channels.Subcommands.Add(list.Runs(ListAsync));
        channels.Subcommands.Add(show.Runs(ShowAsync));
        channels.Subcommands.Add(close.Runs(CloseAsync));
        channels.Subcommands.Add(ForceCloseCommand.Create());
        channels.Subcommands.Add(TopUpCommand.Create());
        channels.Subcommands.Add(EvidenceCommands.CreateExport());
        root.Subcommands.Add(channels);
        return root;
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var client = new ControlClient(context.Data);
        var channels = (await client.StatusAsync(cancellationToken)).Channels;
        if (context.Json)
        {
            context.Print(new ChannelListDocument { Channels = channels }, ControlJson.Default.ChannelListDocument);
        }
        else
        {
            context.Console.Write(channels.Count == 0 ? new Text("no channels" + Environment.NewLine) : ChannelTable.Of(channels));
        }

        return ExitCode.Success;
    }

    private static async Task<ExitCode> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var client = new ControlClient(context.Data);
        var id = await FindAsync(client, context, cancellationToken);
        Print(context, await client.ChannelAsync(id, cancellationToken));
        return ExitCode.Success;
    }

    private static async Task<ExitCode> CloseAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Parsed.GetValue(ForceCloseCommand.Force))
        {
            return await ForceCloseCommand.CloseOrForceAsync(context, cancellationToken);
        }

        using var client = new ControlClient(context.Data);
        var id = await FindAsync(client, context, cancellationToken);
        var channel = await client.CloseAsync(id, cancellationToken);
        if (!context.Parsed.GetValue(NoWait))
        {
            channel = await context.WithBarAsync("closing", ChannelSteps.OfClose, report => UntilClosedAsync(
                client, id, context, now => report(ChannelSteps.DoneOfClose(now), $"closing: {now.Close!.State}"), cancellationToken));
        }

        Print(context, channel);
        if (!context.Json)
        {
            context.Output.WriteLine(CloseSentences.Of(channel));
        }

        return channel switch
        {
            { Phase: "settled" } or { Close.State: "settled" } => ExitCode.Success,
            { Close.State: "failed" } => ExitCode.CloseFailed,
            _ => context.Parsed.GetValue(NoWait) ? ExitCode.Success : ExitCode.CloseFailed,
        };
    }

    /// <summary>How long a command waits at most.</summary>
    public static TimeSpan LimitOf(CommandContext context) => TimeSpan.FromSeconds(context.Parsed.GetValue(TimeoutSeconds));

    /// <summary>Waits until the close is over or the time is; either shows in the document.</summary>
    public static Task<ChannelDocument> UntilClosedAsync(
        ControlClient client, ChannelId id, CommandContext context, Action<ChannelDocument> report, CancellationToken cancellationToken) =>
        client.UntilAsync(
            id,
            channel => channel.Phase == "settled" || channel.Close is null or { State: "settled" or "failed" },
            LimitOf(context),
            report,
            cancellationToken);

    public static async Task<ChannelId> FindAsync(ControlClient client, CommandContext context, CancellationToken cancellationToken)
    {
        var text = context.Parsed.GetRequiredValue(Id);
        if (ChannelId.TryParse(text, out var id))
        {
            return id;
        }

        var channels = (await client.StatusAsync(cancellationToken)).Channels;
        var matching = channels.Where(channel => channel.ChannelId.StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToList();
        return matching.Count == 1
            ? ChannelId.Parse(matching[0].ChannelId)
            : throw new ControlRefusedException("channelUnknown", $"\"{text}\" fits {matching.Count} of the node's {channels.Count} channels");
    }

    public static void Print(CommandContext context, ChannelDocument channel)
    {
        if (context.Json)
        {
            context.Print(channel, ControlJson.Default.ChannelDocument);
        }
        else
        {
            context.Console.Write(ChannelTable.Of([channel]));
        }
    }
}
