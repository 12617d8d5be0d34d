namespace Tachyon.Grains.Directory;

/// <summary>Values in one array, named by their place; free places are used again.</summary>
/// <remarks>A reference to a value is good until the next <see cref="Add"/>, which may move all.</remarks>
internal sealed class Table<T>
    where T : struct
{
    private readonly Stack<int> _free = new();
    private T[] _values = new T[16];
    private int _used;

    /// <summary>How many values there are.</summary>
    internal int Count => _used - _free.Count;

    /// <summary>All places are below this one; those that are free hold a default value.</summary>
    internal int End => _used;

    /// <summary>The value at a place that was given out.</summary>
    internal ref T this[int place] => ref _values[place];

    /// <summary>Adds a value and gives its place.</summary>
    internal int Add(T value)
    {
        if (!_free.TryPop(out int place))
        {
            place = _used++;
            if (place == _values.Length)
            {
                Array.Resize(ref _values, place * 2);
            }
        }

        _values[place] = value;
        return place;
    }

    /// <summary>Gives a place back.</summary>
    internal void Free(int place)
    {
        _values[place] = default;
        _free.Push(place);
    }
}
