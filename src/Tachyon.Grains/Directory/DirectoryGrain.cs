using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Directory;

/// <inheritdoc cref="IDirectoryGrain" />
internal sealed class DirectoryGrain(GrainClock clock) : Grain, IDirectoryGrain
{
    /// <summary>
    /// The most providers that a shard lists, renewals aside: identities cost nothing, memory does. All shards together
    /// hold 524,288.
    /// </summary>
    internal const int MaxProviders = 32_768;

    private readonly ProviderTrie _providers = new();

    private ulong NowMs => clock.NowMs;

    /// <inheritdoc />
    public Task<bool> Register(DirectoryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _providers.DropExpired(NowMs);
        if (_providers.Count >= MaxProviders && !_providers.Contains(entry.Provider))
        {
            return Task.FromResult(false);
        }

        _providers.Put(new ListedProvider(entry));
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
    public Task<int> Count()
    {
        _providers.DropExpired(NowMs);
        return Task.FromResult(_providers.Count);
    }
}
