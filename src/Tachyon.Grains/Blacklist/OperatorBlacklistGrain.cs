using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Blacklist;

/// <inheritdoc cref="IOperatorBlacklistGrain" />
internal sealed class OperatorBlacklistGrain(
    [PersistentState("operator-blacklist", GrainsOptions.StorageName)] IPersistentState<OperatorBlacklistRecord> storage, GrainClock clock)
    : Grain, IOperatorBlacklistGrain
{
    private DurableRecord<OperatorBlacklistRecord> _record = null!;

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new DurableRecord<OperatorBlacklistRecord>(storage, DeactivateOnIdle);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<bool> Set(Address node, bool listed)
    {
        BlacklistedNode[] before = _record.Newest.Nodes;
        if (before.Any(known => known.Node == node) == listed)
        {
            await _record.WhenDurableAsync();
            return true;
        }

        if (listed && before.Length >= BlacklistedNode.MaxListed)
        {
            return false;
        }

        await _record.SaveAsync(new OperatorBlacklistRecord
        {
            Nodes = listed
                ? [.. before, new BlacklistedNode { Node = node, SinceMs = clock.NowMs }]
                : [.. before.Where(known => known.Node != node)],
        });
        return true;
    }

    /// <inheritdoc />
    public Task<BlacklistedNode[]> List() => Task.FromResult(_record.Durable.Nodes);
}
