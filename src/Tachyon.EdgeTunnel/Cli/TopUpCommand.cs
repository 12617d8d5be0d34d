using System.CommandLine;
using System.Globalization;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge channels top-up</c>: more capacity for a channel, paid from the node's own account.</summary>
internal static class TopUpCommand
{
    private static readonly Argument<string> Amount = new("AMOUNT")
    {
        Description = "bytes to add, whole KB: a number of bytes, or with KB, MB, GB or TB (1 KB is 1,000 bytes), e.g. 500MB",
    };

    public static Command Create()
    {
        var command = new Command(
            "top-up",
            "Raise a channel's capacity: the price of the added bytes goes from the node's account into the deposit, sessions go on. "
            + "Without a running node give the settings of connect.\n\nExample: tachyon-edge channels top-up 0x12ab 500MB");
        command.Arguments.Add(ChannelsCommands.Id);
        command.Arguments.Add(Amount);
        command.Options.Add(ChannelsCommands.NoWait);
        command.Options.Add(ChannelsCommands.TimeoutSeconds);
        command.AddSettings(Settings.Node);
        return command.Runs(RunAsync);
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var text = context.Parsed.GetRequiredValue(Amount);
        if (!ByteAmounts.TryParse(text, out var addedBytes))
        {
            throw new ConfigException([new ConfigFault("AMOUNT", text, ByteAmounts.Expected, null)]);
        }

        await using var node = await LocalNode.ConnectAsync(context, cancellationToken);
        var id = await ChannelsCommands.FindAsync(node.Client, context, cancellationToken);
        var before = await node.Client.ChannelAsync(id, cancellationToken);
        var channel = await node.Client.TopUpAsync(id, checked(before.CapacityBytes + addedBytes), cancellationToken);
        if (!context.Parsed.GetValue(ChannelsCommands.NoWait) || node.IsOwn)
        {
            channel = await context.WithBarAsync("topping up", ChannelSteps.OfTopUp, report => UntilDoneAsync(
                node.Client, id, context, now => report(ChannelSteps.DoneOfTopUp(now), $"topping up: {now.TopUp?.State}"), cancellationToken));
        }

        ChannelsCommands.Print(context, channel);
        if (!context.Json)
        {
            context.Output.WriteLine(SentenceOf(before, channel));
        }

        return channel.TopUp?.State switch
        {
            "done" => ExitCode.Success,
            "failed" => ExitCode.TopUpFailed,
            _ => context.Parsed.GetValue(ChannelsCommands.NoWait) && !node.IsOwn ? ExitCode.Success : ExitCode.TopUpFailed,
        };
    }

    private static Task<ChannelDocument> UntilDoneAsync(
        ControlClient client, ChannelId id, CommandContext context, Action<ChannelDocument> report, CancellationToken cancellationToken) =>
        client.UntilAsync(
            id, channel => channel.TopUp is { State: "done" or "failed" }, ChannelsCommands.LimitOf(context), report, cancellationToken);

    private static string SentenceOf(ChannelDocument before, ChannelDocument now) => now.TopUp switch
    {
        { State: "done" } => string.Create(
            CultureInfo.InvariantCulture,
            $"The capacity is raised from {Figures.Bytes(before.CapacityBytes)} to {Figures.Bytes(now.CapacityBytes)}; the deposit is {now.DepositIpx} IPX now, {before.DepositIpx} before."),
        { State: "failed" } top => $"The channel was not topped up: {top.Detail}.",
        { } top => $"The chain does not show the new capacity of {Figures.Bytes(top.CapacityBytes)} yet{(top.Detail is null ? "" : $": {top.Detail}")}.",
        _ => "Nothing is known of the top-up.",
    };
}
