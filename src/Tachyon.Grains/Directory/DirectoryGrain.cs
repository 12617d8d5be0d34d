using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Directory;

/// <inheritdoc cref="IDirectoryGrain" />
internal sealed class DirectoryGrain(GrainClock clock) : Grain, IDirectoryGrain
{
    /// <summary>
    /// The most providers that a shard lists, renewals aside: identities cost nothing, memory does. All shards together
    /// hold 524,288. In a full shard nobody who holds a channel on chain is displaced, and the networks that providers come
    /// from have equal shares: to shut out a newcomer takes as many networks as the shard has places.
    /// </summary>
    internal const int MaxProviders = 32_768;

    private readonly ProviderTrie _providers = new();

    private ulong NowMs => clock.NowMs;

    /// <inheritdoc />
    public Task<bool> Register(DirectoryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _providers.DropExpired(NowMs);
        var provider = new ListedProvider(entry);
        if (_providers.Count >= MaxProviders && !_providers.Contains(entry.Provider) && !_providers.MakeRoomFor(provider))
        {
            return Task.FromResult(false);
        }

        _providers.Put(provider);
        return Task.FromResult(true);
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
        List<ListedProvider> found = _providers.Closest(query.Target, query.Count, new DirectoryFilter(query, nowMs), out _);
        return Task.FromResult<DirectoryEntry[]>([.. found.Select(provider => provider.ToEntry())]);
    }

    /// <inheritdoc />
    public Task<DirectoryTotals> Totals()
    {
        _providers.DropExpired(NowMs);
        return Task.FromResult(new DirectoryTotals { Providers = _providers.Count, Slots = _providers.Slots, SlotsTaken = _providers.SlotsTaken });
    }

    /// <inheritdoc />
    public Task<int> Count()
    {
        _providers.DropExpired(NowMs);
        return Task.FromResult(_providers.Count);
    }
}
