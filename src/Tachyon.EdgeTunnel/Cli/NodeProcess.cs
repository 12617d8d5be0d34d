using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>A node that this process runs, and its log on standard error.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly ILoggerFactory _loggerFactory;
    private readonly OpenNode _node;

    private NodeProcess(ILoggerFactory loggerFactory, OpenNode node)
    {
        _loggerFactory = loggerFactory;
        _node = node;
    }

    public NodeHost Host => _node.Host;

    /// <summary>Opens the key, asking for the password if need be, and the data directory. The node does not run yet.</summary>
    public static async Task<NodeProcess> OpenAsync(
        CommandContext context, NodeOptions options, Func<NodeParts, INodeRole> roleOf, CancellationToken cancellationToken)
    {
        var password = PasswordSource.Read(options.PasswordFile, context.Json ? null : context.Console, isNew: false);
        var loggerFactory = LoggerTo(options.LogLevel, context.Json);
        try
        {
            var node = await OpenNode.OpenAsync(options, password, roleOf, loggerFactory, cancellationToken);

            // The key's derivation takes 256 MB on purpose, which the collector would keep for a node that runs for months.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return new NodeProcess(loggerFactory, node);
        }
        catch
        {
            loggerFactory.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _loggerFactory.Dispose();
    }

    private static ILoggerFactory LoggerTo(LogLevel level, bool json) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(level);
        if (json)
        {
            // One object a line, so that what reads the errors of --json can read these as well.
            logging.AddJsonConsole(console =>
            {
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                console.UseUtcTimestamp = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.UseUtcTimestamp = true;
            });
        }

        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
