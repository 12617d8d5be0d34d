using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Node;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>
/// The node that a command about money talks to: the one that runs on the data directory or, where none does, one in this
/// process that only watches. Both answer on the control socket, so that there is one way of doing things.
/// </summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private static readonly TimeSpan AnswerInterval = TimeSpan.FromMilliseconds(20);

    private readonly NodeProcess? _process;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private LocalNode(ControlClient client, NodeProcess? process)
    {
        Client = client;
        _process = process;
        _running = process is null ? Task.CompletedTask : process.Host.RunAsync(_stop.Token);
    }

    public ControlClient Client { get; }

    /// <summary>Whether the node is this process: when the command ends, nobody watches any more.</summary>
    public bool IsOwn => _process is not null;

    /// <exception cref="ConfigException">No node runs, and the settings to run one here are not all given.</exception>
    public static async Task<LocalNode> ConnectAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var client = new ControlClient(context.Data);
        try
        {
            if (await AnswersAsync(client, cancellationToken))
            {
                return new LocalNode(client, null);
            }

            if (!context.Json)
            {
                context.Error.WriteLine($"No node runs on {context.Data}; this process does the work itself.");
            }

            return await StartAsync(context, client, cancellationToken);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _stop.Dispose();
    }

    private static async Task<LocalNode> StartAsync(CommandContext context, ControlClient client, CancellationToken cancellationToken)
    {
        var reader = context.ReadSettings();
        var options = NodeOptions.Read(reader, context.Data);
        reader.ThrowIfFaulty();

        // What goes on shows in the command's own output.
        var process = await NodeProcess.OpenAsync(
            context, options with { LogLevel = (LogLevel)Math.Max((int)options.LogLevel, (int)LogLevel.Error) }, parts => new WatchNode(parts), cancellationToken);
        var node = new LocalNode(client, process);
        try
        {
            while (!await AnswersAsync(client, cancellationToken))
            {
                if (node._running.IsCompleted)
                {
                    await node._running;
                }

                await Task.Delay(AnswerInterval, cancellationToken);
            }

            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> AnswersAsync(ControlClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.StatusAsync(cancellationToken);
            return true;
        }
        catch (NodeNotRunningException)
        {
            return false;
        }
    }
}
