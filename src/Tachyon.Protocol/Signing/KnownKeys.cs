using System.Collections.Concurrent;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>
/// A bounded map of addresses to keys in two generations: when the young one is full the old one is dropped, so that a
/// stranger who floods it costs others one recovery, never memory. Thread-safe.
/// </summary>
internal sealed class KnownKeys
{
    private readonly int _generationCapacity;
    private readonly Lock _turn = new();
    private volatile ConcurrentDictionary<Address, PublicKey> _young = new();
    private volatile ConcurrentDictionary<Address, PublicKey> _old = new();

    internal KnownKeys(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _generationCapacity = capacity / 2;
    }

    internal int Count => _young.Count + _old.Count;

    internal bool TryGet(Address address, out PublicKey key)
    {
        if (_young.TryGetValue(address, out key))
        {
            return true;
        }

        if (!_old.TryGetValue(address, out key))
        {
            return false;
        }

        Add(address, key);
        return true;
    }

    internal void Add(Address address, PublicKey key)
    {
        // Two keys with one address would be a break of keccak256, so whichever came first is right.
        lock (_turn)
        {
            if (_young.Count >= _generationCapacity)
            {
                _old = _young;
                _young = new ConcurrentDictionary<Address, PublicKey>();
            }

            _ = _young.TryAdd(address, key);
        }
    }
}
