using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// A node that neither buys nor sells: it watches over the channels in its journal, sees their closes through and takes back
/// what is due. What its owner runs when only the money is left.
/// </summary>
internal sealed class WatchNode : INodeRole, IClosureSigning, IClosingSide
{
    private readonly NodeParts _parts;
    private readonly UnitEngines _engines;

    public WatchNode(NodeParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        _parts = parts;
        _engines = parts.UnitEngines(new NodeObserver(
            parts.Book, parts.Gateway, new SessionHistory(parts.Journal, StatsOf, parts.Time, parts.LoggerFactory.CreateLogger<SessionHistory>())));
        Closer = parts.Closer(this);
        Watch = parts.CloseWatch(this);
    }

    public ChannelCloser Closer { get; }

    public CloseWatch Watch { get; }

    public NodeRoleView View => new("watch");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _engines.LoadAsync(_parts.Book, cancellationToken);

        // Those that both have signed need nobody else any more.
        Closer.Resume();
        _parts.Progress.Set(NodeState.Idle, "watching over this node's channels");
        await _parts.Reclaimer().RunAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _engines.Dispose();
        return Closer.DisposeAsync();
    }

    public ChannelStats? StatsOf(ChannelId channelId) => _engines.Stats(channelId);

    public SessionStats? SessionOf(ChannelId channelId) => null;

    public void SampleUsage()
    {
    }

    public Task<string> SignAsync(ChannelRecord channel, bool isAsked, CancellationToken cancellationToken) =>
        Task.FromResult("this node only watches and has no sessions: start it with connect or provide to close together, or force the close");

    public ulong CountedBytes(ChannelRecord channel) => _engines.CountedBytes(channel.ChannelId);

    public Task EndSessionAsync(ChannelId channelId) => Task.CompletedTask;

    public Task<ChannelEvidence> EvidenceAsync(ChannelRecord channel, CancellationToken cancellationToken) =>
        _engines.EvidenceAsync(channel, cancellationToken);
}
