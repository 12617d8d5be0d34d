using System.CommandLine;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge provide</c> and <c>connect</c>: run a node until it is told to stop.</summary>
internal static class NodeCommands
{
    public static RootCommand AddProvide(this RootCommand root)
    {
        var command = new Command("provide", "Sell bandwidth: serve consumers' tunnels and let their traffic out here.");
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
        var command = new Command("connect", "Buy bandwidth: offer a local SOCKS5 proxy whose traffic leaves at a provider.");
        command.AddSettings([.. Settings.Connect, .. Settings.Node]);
        root.Subcommands.Add(command.Runs((context, cancellationToken) =>
        {
            var options = ConnectOptions.Read(context.ReadSettings(), context.Data);
            return RunAsync(context, options.Node, parts => new ConsumerNode(parts, options), cancellationToken);
        }));
        return root;
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, NodeOptions options, Func<NodeParts, INodeRole> roleOf, CancellationToken cancellationToken)
    {
        using var loggerFactory = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(options.LogLevel)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.UseUtcTimestamp = true;
            })
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var password = PasswordSource.Read(options.PasswordFile, context.Console, isNew: false);
        using var key = await Task.Run(() => NodeKey.Open(options.KeystorePath, password), cancellationToken);
        await using var runtime = await NodeRuntime.OpenAsync(options, key, loggerFactory, TimeProvider.System, cancellationToken);
        await using var role = roleOf(runtime.Parts);
        using var host = new NodeHost(runtime.Parts, options, role);
        await host.RunAsync(cancellationToken);
        return ExitCode.Success;
    }
}
