using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Runs a role with what every node has around it: the control socket, the eyes on the chain, the gateway's connection.
/// Ends when asked to, when the role ends, or when something is gone without which it must not go on.
/// </summary>
internal sealed class NodeHost(NodeParts parts, NodeOptions options, INodeRole role) : IControlledNode, IDisposable
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly ThroughputMeter _throughput = new(parts.Time);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TopUpDesk _topUps = parts.TopUps(role.Closer);
    private StatusView? _view;

    private StatusView View => _view ??= new StatusView(parts, options, role, _topUps, _throughput);

    /// <summary>Runs until stopped.</summary>
    /// <exception cref="NodeException">The role cannot go on.</exception>
    /// <exception cref="JournalBrokenException">The journal cannot be written any more.</exception>
    /// <exception cref="Chain.ChainMismatchException">The endpoint serves another chain.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        using var around = new CancellationTokenSource();
        await using var control = ControlServer.Start(options.Data, this);
        await using var sampling = parts.Time.CreateTimer(_ => Sample(), null, SampleInterval, SampleInterval);
        var chain = parts.Chain.RunAsync(around.Token);
        var desk = parts.ReputationDesk();
        var reputation = desk.RunAsync(around.Token);
        var hints = new GatewayHints(parts.Gateway, parts.Chain, role, desk, parts.LoggerFactory.CreateLogger<GatewayHints>()).RunAsync(around.Token);
        var proxyHints = parts.ProxyGateway is { } proxy
            ? new GatewayHints(proxy, parts.Chain, role, null, parts.LoggerFactory.CreateLogger<GatewayHints>()).RunAsync(around.Token)
            : Task.CompletedTask;
        var watch = role.Watch.RunAsync(around.Token);
        parts.Gateway.Start();
        parts.ProxyGateway?.Start();
        var running = role.RunAsync(stop.Token);
        try
        {
            var first = await Task.WhenAny(running, chain, hints, watch, reputation, parts.Journal.Broken);
            if (first == parts.Journal.Broken)
            {
                throw await parts.Journal.Broken;
            }

            await first;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop; the role has ended in order.
        }
        finally
        {
            await stop.CancelAsync();
            await EndAsync(running);
            await _topUps.DisposeAsync();
            await around.CancelAsync();
            await EndAsync(chain);
            await EndAsync(hints);
            await EndAsync(proxyHints);
            await EndAsync(watch);
            await EndAsync(reputation);
            parts.Progress.Set(NodeState.Stopped);
        }
    }

    public StatusDocument Status() => View.Status();

    public ChannelDocument? FindChannel(ChannelId channelId) => View.FindChannel(channelId);

    public CloseRequestOutcome RequestClose(ChannelId channelId)
    {
        if (parts.Book.Find(channelId) is not { } channel)
        {
            return CloseRequestOutcome.ChannelUnknown;
        }

        if (channel.Stage is not (ChannelStage.Active or ChannelStage.Closing) && role.Closer.Find(channelId) is null)
        {
            return CloseRequestOutcome.NotClosable;
        }

        role.Closer.Begin(channelId);
        return CloseRequestOutcome.Started;
    }

    public async Task<CloseRequestOutcome> RequestForceCloseAsync(ChannelId channelId, CloseRoute route)
    {
        if (parts.Book.Find(channelId) is not { } channel)
        {
            return CloseRequestOutcome.ChannelUnknown;
        }

        if (channel.Stage is not (ChannelStage.Active or ChannelStage.Closing))
        {
            return CloseRequestOutcome.NotClosable;
        }

        await role.Watch.WantAsync(channelId, route);
        return CloseRequestOutcome.Started;
    }

    public TopUpAnswer RequestTopUp(ChannelId channelId, ulong capacityBytes) => _topUps.Begin(channelId, capacityBytes);

    public async Task<NewChannelsAnswer> RequestNewChannelsAsync(bool take, CancellationToken cancellationToken) => role.TakesChannels
        ? new NewChannelsAnswer(true, await role.TakeNewChannelsAsync(take, cancellationToken))
        : new NewChannelsAnswer(false, null);

    public void RequestStop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    private void Sample()
    {
        role.SampleUsage();
        foreach (var channel in parts.Book.All)
        {
            if (role.StatsOf(channel.ChannelId) is { } stats)
            {
                _throughput.Note(channel.ChannelId, stats.OwnBytes);
            }
        }
    }

    // What ended first is what is reported; what ends because of it is not.
    private static async Task EndAsync(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
