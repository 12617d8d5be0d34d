namespace Tachyon.Grains.Directory;

/// <summary>
/// Sums over the listed providers: slots, and how many of those that are not established come from each network. Not thread-safe.
/// </summary>
internal sealed class ListTotals
{
    private readonly Dictionary<ulong, int> _counts = [];

    internal int Slots { get; private set; }

    internal int SlotsTaken { get; private set; }

    /// <summary>The network with the most; null when there are none.</summary>
    internal (ulong Source, int Count)? Heaviest
    {
        get
        {
            (ulong Source, int Count)? heaviest = null;
            foreach ((ulong source, int count) in _counts)
            {
                if (heaviest is null || count > heaviest.Value.Count)
                {
                    heaviest = (source, count);
                }
            }

            return heaviest;
        }
    }

    internal int CountOf(ulong source) => _counts.GetValueOrDefault(source);

    internal void Add(in ListedProvider provider)
    {
        Slots += provider.Slots;
        SlotsTaken += provider.Slots - provider.FreeSlots;
        if (!provider.Established)
        {
            _counts[provider.Source] = CountOf(provider.Source) + 1;
        }
    }

    internal void Remove(in ListedProvider provider)
    {
        Slots -= provider.Slots;
        SlotsTaken -= provider.Slots - provider.FreeSlots;
        if (provider.Established)
        {
            return;
        }

        int left = CountOf(provider.Source) - 1;
        if (left > 0)
        {
            _counts[provider.Source] = left;
        }
        else
        {
            _counts.Remove(provider.Source);
        }
    }
}
