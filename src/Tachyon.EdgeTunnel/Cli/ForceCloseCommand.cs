using System.CommandLine;
using Spectre.Console;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge channels force-close</c>, and <c>channels close --force</c>: a close that needs nobody else.</summary>
internal static class ForceCloseCommand
{
    /// <summary>Of <c>close</c>: where the other side does not sign, close without it.</summary>
    public static readonly Option<bool> Force = new("--force")
    {
        Description = "where the other side does not sign, close without it, as force-close does",
    };

    private static readonly Option<string> Via = new Option<string>("--via")
    {
        Description = "who takes the close to the chain: this node's own account (own), the gateway (gateway), or whoever can, the own account first (auto)",
        HelpName = "auto|own|gateway",
        DefaultValueFactory = _ => CloseRoutes.Automatic,
    }.OneOf(CloseRoutes.Automatic, CloseRoutes.OwnAccount, CloseRoutes.Gateway);

    private static readonly Option<bool> Wait = new("--wait")
    {
        Description = "wait until the channel is paid out, not only until the chain shows the close; always so where no node runs",
    };

    public static Command Create()
    {
        var command = new Command(
            "force-close",
            "Close a channel alone, with nobody's help: the newest units go to the chain, a challenge period runs, then the rest of the deposit returns. "
            + "Works with the provider gone, the gateway down, or both, and without a running node (then give the settings of connect or provide). "
            + "Interrupted, it goes on at the next start of connect, provide or watch.");
        command.Arguments.Add(ChannelsCommands.Id);
        command.Options.Add(ChannelsCommands.TimeoutSeconds);
        AddOptions(command);
        return command.Runs(async (context, cancellationToken) =>
        {
            await using var node = await LocalNode.ConnectAsync(context, cancellationToken);
            var id = await ChannelsCommands.FindAsync(node.Client, context, cancellationToken);
            return await ForceAsync(context, node, id, cancellationToken);
        });
    }

    /// <summary>What <c>close</c> needs beside <see cref="Force"/>.</summary>
    public static void AddOptions(Command command)
    {
        command.Options.Add(Via);
        command.Options.Add(Wait);
        command.AddSettings(Settings.Node);
    }

    /// <summary>Closes together where the other side signs, else alone.</summary>
    public static async Task<ExitCode> CloseOrForceAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var node = await LocalNode.ConnectAsync(context, cancellationToken);
        var id = await ChannelsCommands.FindAsync(node.Client, context, cancellationToken);
        await node.Client.CloseAsync(id, cancellationToken);
        var channel = await ChannelsCommands.UntilClosedAsync(node.Client, id, context, _ => { }, cancellationToken);
        if (channel.Phase == "settled" || channel.Close?.State is "relaying" or "waiting")
        {
            // Both have signed: nothing is faster than that.
            Report(context, channel);
            return channel.Phase == "settled" ? ExitCode.Success : ExitCode.CloseFailed;
        }

        if (!context.Json)
        {
            context.Error.WriteLine($"The other side did not sign ({channel.Close?.Detail ?? "no answer"}); closing without it.");
        }

        return await ForceAsync(context, node, id, cancellationToken);
    }

    private static async Task<ExitCode> ForceAsync(CommandContext context, LocalNode node, ChannelId id, CancellationToken cancellationToken)
    {
        var channel = await node.Client.ForceCloseAsync(id, context.Parsed.GetValue(Via)!, cancellationToken);
        var limit = ChannelsCommands.LimitOf(context);
        channel = await ShowAsync(context, "closing alone", report => node.Client.UntilAsync(
            id, now => IsOnChain(now) || now.Close?.State == "failed", limit, now => report(CloseSentences.Of(now)), cancellationToken));
        if (!IsOnChain(channel))
        {
            Report(context, channel);
            if (!context.Json)
            {
                context.Error.WriteLine(node.IsOwn
                    ? $"error: the chain does not show the close after {limit.TotalSeconds:0} s; run this again, or \"tachyon-edge watch\", to go on"
                    : $"error: the chain does not show the close after {limit.TotalSeconds:0} s; the node goes on trying");
            }

            return ExitCode.CloseFailed;
        }

        if (node.IsOwn || context.Parsed.GetValue(Wait))
        {
            channel = await UntilPaidOutAsync(context, node.Client, channel, cancellationToken);
        }

        Report(context, channel);
        return ExitCode.Success;
    }

    private static bool IsOnChain(ChannelDocument channel) =>
        channel.Phase is "settled" or "closing" || channel.Close?.State is "challenge" or "settling" or "waiting" or "settled";

    // Hours, with the default challenge period: a bar to the deadline, then to the payout.
    private static async Task<ChannelDocument> UntilPaidOutAsync(
        CommandContext context, ControlClient client, ChannelDocument channel, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            return await UntilSettledAsync(client, channel, _ => { }, cancellationToken);
        }

        context.Output.WriteLine(CloseSentences.Of(channel));
        return await context.Console.Progress().StartAsync(async progress =>
        {
            var bar = progress.AddTask("challenge period", maxValue: 1);
            var from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            return await UntilSettledAsync(
                client,
                channel,
                now =>
                {
                    var until = now.Close?.SettleFromMs ?? from;
                    bar.Description = now.Close?.State == "challenge" ? "challenge period" : "payout";
                    bar.Value = until <= from ? 1 : (double)(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - from) / (until - from);
                },
                cancellationToken);
        });
    }

    private static Task<ChannelDocument> UntilSettledAsync(
        ControlClient client, ChannelDocument channel, Action<ChannelDocument> report, CancellationToken cancellationToken) =>
        client.UntilAsync(
            ChannelId.Parse(channel.ChannelId), now => now.Phase == "settled" && now.Settlement is not null, limit: null, report, cancellationToken);

    private static Task<ChannelDocument> ShowAsync(CommandContext context, string what, Func<Action<string>, Task<ChannelDocument>> work) =>
        context.Json
            ? work(_ => { })
            : context.Console.Status().StartAsync(what, spinner => work(sentence => spinner.Status(Markup.Escape(sentence))));

    private static void Report(CommandContext context, ChannelDocument channel)
    {
        ChannelsCommands.Print(context, channel);
        if (!context.Json)
        {
            context.Output.WriteLine(CloseSentences.Of(channel));
        }
    }

    private static Option<string> OneOf(this Option<string> option, params string[] words)
    {
        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
