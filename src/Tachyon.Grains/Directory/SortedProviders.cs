namespace Tachyon.Grains.Directory;

/// <summary>
/// Live providers in the order of their addresses, which makes the sorted list a binary trie: the XOR-closest to a
/// target are found by following the target's bits, without looking at the rest.
/// </summary>
/// <remarks>Not thread-safe. Finding the k closest costs about k + 160 steps, whatever the number of providers.</remarks>
internal sealed class SortedProviders
{
    private readonly List<DirectoryEntry> _sorted = [];
    private readonly PriorityQueue<(Address Provider, ulong LiveUntilMs), ulong> _expiries = new();

    /// <summary>How many are listed.</summary>
    internal int Count => _sorted.Count;

    /// <summary>Adds or renews.</summary>
    internal void Put(DirectoryEntry entry)
    {
        int at = Find(entry.Provider);
        if (at >= 0)
        {
            bool renewed = _sorted[at].LiveUntilMs != entry.LiveUntilMs;
            _sorted[at] = entry;
            if (!renewed)
            {
                return;
            }
        }
        else
        {
            _sorted.Insert(~at, entry);
        }

        _expiries.Enqueue((entry.Provider, entry.LiveUntilMs), entry.LiveUntilMs);
    }

    /// <summary>Takes off the list, if listed.</summary>
    internal void Remove(Address provider)
    {
        int at = Find(provider);
        if (at >= 0)
        {
            _sorted.RemoveAt(at);
        }
    }

    /// <summary>Takes off the list whoever has shown no sign of life in time.</summary>
    internal void DropExpired(ulong nowMs)
    {
        while (_expiries.TryPeek(out (Address Provider, ulong LiveUntilMs) due, out ulong at) && at <= nowMs)
        {
            _expiries.Dequeue();
            int index = Find(due.Provider);

            // A renewed entry has a later expiry further back in the queue.
            if (index >= 0 && _sorted[index].LiveUntilMs <= nowMs)
            {
                _sorted.RemoveAt(index);
            }
        }
    }

    /// <summary>All, closest to the target first; lazily, so that taking few looks at few.</summary>
    internal IEnumerable<DirectoryEntry> ClosestFirst(Address target)
    {
        // A stack of ranges [from, to) whose entries share their first bits with each other; the closest range on top.
        var ranges = new Stack<(int From, int To, int Bit)>();
        ranges.Push((0, _sorted.Count, 0));
        while (ranges.TryPop(out (int From, int To, int Bit) range))
        {
            if (range.To - range.From <= 1 || range.Bit == Address.Length * 8)
            {
                for (int i = range.From; i < range.To; i++)
                {
                    yield return _sorted[i];
                }

                continue;
            }

            int middle = FirstWithBit(range.From, range.To, range.Bit);
            (int, int, int) zeros = (range.From, middle, range.Bit + 1);
            (int, int, int) ones = (middle, range.To, range.Bit + 1);
            bool targetHasOne = HasBit(target, range.Bit);
            ranges.Push(targetHasOne ? zeros : ones);
            ranges.Push(targetHasOne ? ones : zeros);
        }
    }

    private int FirstWithBit(int from, int to, int bit)
    {
        while (from < to)
        {
            int middle = from + ((to - from) / 2);
            if (HasBit(_sorted[middle].Provider, bit))
            {
                to = middle;
            }
            else
            {
                from = middle + 1;
            }
        }

        return from;
    }

    private static bool HasBit(Address address, int bit)
    {
        Span<byte> bytes = stackalloc byte[Address.Length];
        address.CopyTo(bytes);
        return (bytes[bit / 8] & (0x80 >> (bit % 8))) != 0;
    }

    private int Find(Address provider)
    {
        int from = 0;
        int to = _sorted.Count;
        while (from < to)
        {
            int middle = from + ((to - from) / 2);
            int order = _sorted[middle].Provider.CompareTo(provider);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return ~from;
    }
}
