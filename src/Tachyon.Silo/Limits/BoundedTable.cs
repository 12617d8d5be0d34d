using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Tachyon.Silo.Limits;

/// <summary>
/// One entry per key, for at most so many keys: whoever makes up keys fills the table and no more. When it is full, idle
/// entries make room; where there are none, further keys share one entry. Thread-safe.
/// </summary>
/// <param name="most">The most keys told apart.</param>
/// <param name="create">Makes an entry.</param>
/// <param name="isIdle">Whether an entry says no more than a new one would.</param>
/// <param name="time">The clock by which the table is swept at most once a second, since a sweep looks at every entry.</param>
internal sealed class BoundedTable<TKey, TEntry>(int most, Func<TEntry> create, Func<TEntry, bool> isIdle, TimeProvider time)
    where TKey : notnull
    where TEntry : class
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<TKey, TEntry> _entries = new();
    private readonly TEntry _shared = create();
    private long _sweptAt;
    private int _count;

    /// <summary>How many keys are told apart now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The key's entry, made if there is room. An idle one may be replaced by another later.</summary>
    [SuppressMessage("Style", "IDE0046", Justification = "Three ways out, one after the other.")]
    public TEntry Get(TKey key)
    {
        if (_entries.TryGetValue(key, out var known))
        {
            return known;
        }

        if (Count >= most)
        {
            Sweep();
        }

        if (Interlocked.Increment(ref _count) > most)
        {
            Interlocked.Decrement(ref _count);
            return _shared;
        }

        var made = create();
        var kept = _entries.GetOrAdd(key, made);
        if (!ReferenceEquals(kept, made))
        {
            Interlocked.Decrement(ref _count);
        }

        return kept;
    }

    private void Sweep()
    {
        var sweptAt = Interlocked.Read(ref _sweptAt);
        var now = time.GetTimestamp();
        if ((sweptAt != 0 && time.GetElapsedTime(sweptAt, now) < SweepPeriod) || Interlocked.CompareExchange(ref _sweptAt, now, sweptAt) != sweptAt)
        {
            return;
        }

        foreach (var pair in _entries)
        {
            if (isIdle(pair.Value) && _entries.TryRemove(pair))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
