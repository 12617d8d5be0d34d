using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Proxies;

/// <inheritdoc cref="IPoolIndexGrain" />
internal sealed class PoolIndexGrain(
    [PersistentState("pools", GrainsOptions.StorageName)] IPersistentState<PoolIndexRecord> storage) : Grain, IPoolIndexGrain
{
    private DurableRecord<PoolIndexRecord> _record = null!;

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new DurableRecord<PoolIndexRecord>(storage, DeactivateOnIdle);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public Task Add(Address exit)
    {
        PoolIndexRecord known = _record.Newest;
        return known.Exits.Contains(exit) ? _record.WhenDurableAsync() : _record.SaveAsync(known with { Exits = [.. known.Exits, exit] });
    }

    /// <inheritdoc />
    public Task<Address[]> List() => Task.FromResult(_record.Durable.Exits);
}
