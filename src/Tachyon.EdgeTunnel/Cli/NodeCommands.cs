using System.CommandLine;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge provide</c> and <c>connect</c>: run a node until it is told to stop.</summary>
internal static class NodeCommands
{
    public static RootCommand AddProvide(this RootCommand root)
    {
        var command = new Command(
            "provide",
            "Sell bandwidth: serve consumers' tunnels and let their traffic out here."
            + "\n\nExample: tachyon-edge provide --gateway wss://gateway.example.org --rpc http://127.0.0.1:8545 --deployment deployment.json "
            + "--advertise provider.example.org:9440 --price 0.0005");
        command.AddSettings([.. Settings.Provide, .. Settings.Node]);
        root.Subcommands.Add(command.Runs((context, cancellationToken) =>
        {
            var options = ProvideOptions.Read(context.ReadSettings(), context.Data);
            return RunAsync(context, options.Node, parts => new ProviderNode(parts, options), cancellationToken);
        }));
        return root;
    }

    public static RootCommand AddConnect(this RootCommand root)
    {
        var command = new Command(
            "connect",
            "Buy bandwidth: offer a local proxy, SOCKS5 and HTTP, whose traffic leaves at a provider."
            + "\n\nExample: tachyon-edge connect --gateway wss://gateway.example.org --rpc http://127.0.0.1:8545 --deployment deployment.json "
            + "--max-price 0.001 --budget-day 1IPX");
        command.AddSettings([.. Settings.Connect, .. Settings.Node]);
        root.Subcommands.Add(command.Runs((context, cancellationToken) =>
        {
            var options = ConnectOptions.Read(context.ReadSettings(), context.Data);
            return RunAsync(context, options.Node, parts => new ConsumerNode(parts, options), cancellationToken);
        }));
        return root;
    }

    public static RootCommand AddWatch(this RootCommand root)
    {
        var command = new Command(
            "watch", "Watch over this node's channels without serving: answer lower evidence, settle, take back deposits. Needs no gateway.");
        command.AddSettings(Settings.Node);
        root.Subcommands.Add(command.Runs((context, cancellationToken) =>
        {
            var reader = context.ReadSettings();
            var options = NodeOptions.Read(reader, context.Data);
            reader.ThrowIfFaulty();
            return RunAsync(context, options, parts => new WatchNode(parts), cancellationToken);
        }));
        return root;
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, NodeOptions options, Func<NodeParts, INodeRole> roleOf, CancellationToken cancellationToken)
    {
        await using var process = await NodeProcess.OpenAsync(context, options, roleOf, cancellationToken);
        await process.Host.RunAsync(cancellationToken);
        return ExitCode.Success;
    }
}
