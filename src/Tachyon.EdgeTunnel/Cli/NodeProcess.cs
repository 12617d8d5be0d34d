using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>A node with all that this process holds for it, from the password to the data directory's lock.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly ILoggerFactory _loggerFactory;
    private readonly NodeKey _key;
    private readonly NodeRuntime _runtime;
    private readonly INodeRole _role;

    private NodeProcess(ILoggerFactory loggerFactory, NodeKey key, NodeRuntime runtime, INodeRole role, NodeHost host)
    {
        _loggerFactory = loggerFactory;
        _key = key;
        _runtime = runtime;
        _role = role;
        Host = host;
    }

    public NodeHost Host { get; }

    /// <summary>Opens the key, asking for the password if need be, and the data directory. The node does not run yet.</summary>
    public static async Task<NodeProcess> OpenAsync(
        CommandContext context, NodeOptions options, Func<NodeParts, INodeRole> roleOf, CancellationToken cancellationToken)
    {
        var password = PasswordSource.Read(options.PasswordFile, context.Console, isNew: false);
        var key = await Task.Run(() => NodeKey.Open(options.KeystorePath, password), cancellationToken);

        // The derivation takes 256 MB on purpose, which the collector would keep for a node that runs for months.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var loggerFactory = LoggerTo(options.LogLevel);
        try
        {
            var runtime = await NodeRuntime.OpenAsync(options, key, loggerFactory, TimeProvider.System, cancellationToken);
            var role = roleOf(runtime.Parts);
            return new NodeProcess(loggerFactory, key, runtime, role, new NodeHost(runtime.Parts, options, role));
        }
        catch
        {
            loggerFactory.Dispose();
            key.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await _role.DisposeAsync();
        await _runtime.DisposeAsync();
        _key.Dispose();
        _loggerFactory.Dispose();
    }

    private static ILoggerFactory LoggerTo(LogLevel level) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(level)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        })
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
