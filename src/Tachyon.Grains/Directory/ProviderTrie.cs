using System.Diagnostics;
using System.Numerics;

namespace Tachyon.Grains.Directory;

/// <summary>
/// Live providers in a binary trie over the bits of their addresses, each inner node with the bounds of what is below it.
/// The XOR-closest to a target are found by following the target's bits; whole branches are left out when nobody below
/// can fit, or taken as alive when nobody below has expired.
/// </summary>
/// <remarks>
/// Not thread-safe. Adding, renewing, removing and expiring cost one way down and up, about 2 × log2(n) steps. Nodes and
/// providers are values in two tables and name each other by place: a place at or above zero is an inner node, below
/// zero the provider at its complement.
/// </remarks>
internal sealed class ProviderTrie
{
    /// <summary>
    /// The most nodes that one query looks at. Bounds are of many providers together, so a filter can fit the bounds of
    /// every branch and nobody in it; this keeps such a query from costing more than a hundred usual ones.
    /// </summary>
    internal const int MaxVisits = 8_192;

    private const int None = int.MinValue;
    private const int AddressBits = Address.Length * 8;

    private readonly Table<Node> _nodes = new();
    private readonly Table<Leaf> _leaves = new();
    private readonly ListTotals _totals = new();
    private int _root = None;
    private long _additions;

    /// <summary>How many are listed.</summary>
    internal int Count => _leaves.Count;

    /// <summary>Slots of all that are listed.</summary>
    internal int Slots => _totals.Slots;

    /// <summary>Those of them that are not free.</summary>
    internal int SlotsTaken => _totals.SlotsTaken;

    /// <summary>True when the provider is listed.</summary>
    internal bool Contains(Address provider) => Find(provider) != None;

    /// <summary>Adds or renews.</summary>
    internal void Put(in ListedProvider provider)
    {
        if (_root == None)
        {
            _root = ~AddLeaf(provider, None);
            return;
        }

        Span<byte> bits = stackalloc byte[Address.Length];
        provider.Provider.CopyTo(bits);
        int nearest = Descend(bits);
        int differs = FirstDifferentBit(_leaves[~nearest].Provider.Provider, provider.Provider);
        if (differs < AddressBits)
        {
            Insert(provider, bits, differs);
            return;
        }

        ref Leaf leaf = ref _leaves[~nearest];
        _totals.Remove(leaf.Provider);
        _totals.Add(provider);
        leaf.Provider = provider;
        UpdateBounds(leaf.Parent);
    }

    /// <summary>Takes off the list, if listed.</summary>
    internal void Remove(Address provider)
    {
        if (Find(provider) is var found and not None)
        {
            Remove(found);
        }
    }

    /// <summary>
    /// Takes off the list, to make room for one more, the newest of those that are not established and come from the network
    /// with the most of them. False, and nobody is taken off, when there is none or the one more has no better right.
    /// </summary>
    internal bool MakeRoomFor(in ListedProvider provider)
    {
        if (_totals.Heaviest is not { } heaviest
            || (!provider.Established && _totals.CountOf(provider.Source) + 1 >= heaviest.Count))
        {
            return false;
        }

        int newest = None;
        for (int place = 0; place < _leaves.End; place++)
        {
            ref Leaf leaf = ref _leaves[place];
            if (leaf.Addition > 0 && !leaf.Provider.Established && leaf.Provider.Source == heaviest.Source
                && (newest == None || leaf.Addition > _leaves[~newest].Addition))
            {
                newest = ~place;
            }
        }

        Remove(newest);
        return true;
    }

    /// <summary>Takes off the list whoever has shown no sign of life in time.</summary>
    internal void DropExpired(ulong nowMs)
    {
        while (_root != None && BoundsOf(_root).FirstExpiryMs <= nowMs)
        {
            int place = _root;
            while (place >= 0)
            {
                ref Node node = ref _nodes[place];
                place = BoundsOf(node.Zero).FirstExpiryMs <= nowMs ? node.Zero : node.One;
            }

            Remove(place);
        }
    }

    /// <summary>Up to <paramref name="count"/> that fit, closest to the target first.</summary>
    /// <param name="target">The match target.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="filter">Who fits.</param>
    /// <param name="visits">How many nodes were looked at, at most <see cref="MaxVisits"/>.</param>
    internal List<ListedProvider> Closest(Address target, int count, in DirectoryFilter filter, out int visits)
    {
        visits = 0;
        var found = new List<ListedProvider>();
        if (_root == None)
        {
            return found;
        }

        Span<byte> bits = stackalloc byte[Address.Length];
        target.CopyTo(bits);

        // Each inner node on the way leaves one branch waiting, and the way is at most as long as an address.
        Span<int> waiting = stackalloc int[AddressBits + 1];
        int waits = 0;
        waiting[waits++] = _root;
        for (; waits > 0 && found.Count < count && visits < MaxVisits; visits++)
        {
            int place = waiting[--waits];
            if (place < 0)
            {
                ref Leaf leaf = ref _leaves[~place];
                if (filter.Fits(leaf.Provider))
                {
                    found.Add(leaf.Provider);
                }

                continue;
            }

            ref Node node = ref _nodes[place];
            if (filter.MayFit(node.Bounds))
            {
                bool one = HasBit(bits, node.Bit);
                waiting[waits++] = one ? node.Zero : node.One;
                waiting[waits++] = one ? node.One : node.Zero;
            }
        }

        return found;
    }

    private void Insert(in ListedProvider provider, ReadOnlySpan<byte> bits, int differs)
    {
        int parent = None;
        int below = _root;
        while (below >= 0 && _nodes[below].Bit < differs)
        {
            parent = below;
            below = HasBit(bits, _nodes[below].Bit) ? _nodes[below].One : _nodes[below].Zero;
        }

        int node = _nodes.Add(default);
        int leaf = ~AddLeaf(provider, node);
        bool one = HasBit(bits, differs);
        _nodes[node] = new Node { Bit = (byte)differs, Parent = parent, Zero = one ? below : leaf, One = one ? leaf : below };
        SetParent(below, node);
        Replace(parent, below, node);
        UpdateBounds(node);
    }

    private int AddLeaf(in ListedProvider provider, int parent)
    {
        _totals.Add(provider);
        return _leaves.Add(new Leaf(provider, parent, ++_additions));
    }

    private void Remove(int leaf)
    {
        int parent = _leaves[~leaf].Parent;
        _totals.Remove(_leaves[~leaf].Provider);
        _leaves.Free(~leaf);
        if (parent == None)
        {
            _root = None;
            return;
        }

        Node node = _nodes[parent];
        int sibling = node.Zero == leaf ? node.One : node.Zero;
        _nodes.Free(parent);
        SetParent(sibling, node.Parent);
        Replace(node.Parent, parent, sibling);
        UpdateBounds(node.Parent);
    }

    private void Replace(int parent, int before, int after)
    {
        if (parent == None)
        {
            _root = after;
        }
        else if (_nodes[parent].Zero == before)
        {
            _nodes[parent].Zero = after;
        }
        else
        {
            _nodes[parent].One = after;
        }
    }

    private void SetParent(int place, int parent)
    {
        if (place >= 0)
        {
            _nodes[place].Parent = parent;
        }
        else
        {
            _leaves[~place].Parent = parent;
        }
    }

    private void UpdateBounds(int place)
    {
        while (place != None)
        {
            ref Node node = ref _nodes[place];
            var bounds = new OfferBounds(BoundsOf(node.Zero), BoundsOf(node.One));
            if (bounds == node.Bounds)
            {
                return;
            }

            node.Bounds = bounds;
            place = node.Parent;
        }
    }

    private OfferBounds BoundsOf(int place) => place >= 0 ? _nodes[place].Bounds : new OfferBounds(_leaves[~place].Provider);

    private int Find(Address provider)
    {
        if (_root == None)
        {
            return None;
        }

        Span<byte> bits = stackalloc byte[Address.Length];
        provider.CopyTo(bits);
        int nearest = Descend(bits);
        return _leaves[~nearest].Provider.Provider == provider ? nearest : None;
    }

    private int Descend(ReadOnlySpan<byte> bits)
    {
        int place = _root;
        while (place >= 0)
        {
            ref Node node = ref _nodes[place];
            place = HasBit(bits, node.Bit) ? node.One : node.Zero;
        }

        Debug.Assert(place != None, "an inner node has two branches");
        return place;
    }

    private static int FirstDifferentBit(Address left, Address right)
    {
        Span<byte> distance = stackalloc byte[Address.Length];
        (left ^ right).CopyTo(distance);
        int at = distance.IndexOfAnyExcept((byte)0);
        return at < 0 ? AddressBits : (at * 8) + BitOperations.LeadingZeroCount((uint)distance[at]) - 24;
    }

    private static bool HasBit(ReadOnlySpan<byte> bits, int bit) => (bits[bit >> 3] & (0x80 >> (bit & 7))) != 0;

    private struct Node
    {
        internal OfferBounds Bounds;
        internal int Parent;
        internal int Zero;
        internal int One;
        internal byte Bit;
    }

    private struct Leaf(in ListedProvider provider, int parent, long addition)
    {
        internal ListedProvider Provider = provider;
        internal int Parent = parent;

        // Grows from one to the next; 0 in a place that is free.
        internal long Addition = addition;
    }
}
