namespace Tachyon.Grains;

/// <summary>Asks the whole directory.</summary>
public static class DirectoryGrainExtensions
{
    /// <summary>
    /// The providers that pass the filters, closest to the target first, at most <see cref="DirectoryQuery.Count"/>.
    /// Walks the shards in the order of their distance and stops as soon as enough are found.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is not 1 to <see cref="DirectoryQuery.MaxCount"/>.</exception>
    public static async Task<DirectoryEntry[]> FindClosestProviders(this IGrainFactory grains, DirectoryQuery query)
    {
        ArgumentNullException.ThrowIfNull(grains);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Count, DirectoryQuery.MaxCount);

        var found = new List<DirectoryEntry>(query.Count);
        foreach (long shard in DirectoryShards.ClosestFirst(query.Target))
        {
            DirectoryQuery rest = query with { Count = query.Count - found.Count };
            found.AddRange(await grains.GetGrain<IDirectoryGrain>(shard).Closest(rest));
            if (found.Count >= query.Count)
            {
                break;
            }
        }

        return [.. found];
    }
}
