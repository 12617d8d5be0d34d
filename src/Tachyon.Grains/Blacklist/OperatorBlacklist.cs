namespace Tachyon.Grains.Blacklist;

/// <summary>
/// The operator's blacklist at hand on each silo, since every match and every confirm asks for it: at most two seconds old, or the
/// last that is known while the grain cannot be reached. Thread-safe.
/// </summary>
public sealed class OperatorBlacklist(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private volatile Known? _known;

    /// <summary>The nodes that are not served.</summary>
    /// <exception cref="OrleansException">The list was never read here and cannot be now.</exception>
    public async Task<IReadOnlySet<Address>> NodesAsync()
    {
        if (_known is { } known && time.GetElapsedTime(known.ReadAt) < Fresh)
        {
            return known.Nodes;
        }

        long askedAt = time.GetTimestamp();
        try
        {
            BlacklistedNode[] listed = await grains.OperatorBlacklist().List();
            _known = new Known(listed.Select(entry => entry.Node).ToHashSet(), askedAt);
        }
#pragma warning disable CA1031 // Whatever keeps the grain away passes; what was on the list a moment ago most likely still is.
        catch (Exception) when (_known is not null)
#pragma warning restore CA1031
        {
        }

        return _known.Nodes;
    }

    private sealed record Known(HashSet<Address> Nodes, long ReadAt);
}
