using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Directory;

/// <inheritdoc cref="IDirectoryGrain" />
internal sealed class DirectoryGrain(GrainClock clock) : Grain, IDirectoryGrain
{
    // Sorted by address, so that the closest to any target are found along the bits of the target.
    private readonly SortedProviders _providers = new();

    private ulong NowMs => clock.NowMs;

    /// <inheritdoc />
    public Task Register(DirectoryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _providers.DropExpired(NowMs);
        _providers.Put(entry);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task Remove(Address provider)
    {
        _providers.Remove(provider);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<DirectoryEntry[]> Closest(DirectoryQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Count, DirectoryQuery.MaxCount);
        ulong nowMs = NowMs;
        _providers.DropExpired(nowMs);
        return Task.FromResult<DirectoryEntry[]>(
            [.. _providers.ClosestFirst(query.Target).Where(entry => DirectoryFilter.Fits(entry, query, nowMs)).Take(query.Count)]);
    }

    /// <inheritdoc />
    public Task<int> Count()
    {
        _providers.DropExpired(NowMs);
        return Task.FromResult(_providers.Count);
    }
}
