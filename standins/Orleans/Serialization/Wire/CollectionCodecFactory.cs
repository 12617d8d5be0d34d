using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>Makes codecs of the collections that the real package knows.</summary>
internal static class CollectionCodecFactory
{
    private static readonly Dictionary<Type, MethodInfo> s_makers = typeof(CollectionCodecFactory)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(method => typeof(Codec).IsAssignableFrom(method.ReturnType) && method.IsGenericMethodDefinition && method.Name != nameof(Array))
        .ToDictionary(method => method.ReturnType.GetGenericArguments()[0].GetGenericTypeDefinition());

    public static Codec? TryMake(Type type, CodecCatalog catalog)
    {
        if (type.IsSZArray)
        {
            return Call(typeof(CollectionCodecFactory).GetMethod(nameof(Array), BindingFlags.Static | BindingFlags.NonPublic)!, [type.GetElementType()!], catalog);
        }

        return type.IsConstructedGenericType && s_makers.TryGetValue(type.GetGenericTypeDefinition(), out MethodInfo? maker)
            ? Call(maker, type.GetGenericArguments(), catalog)
            : null;
    }

    private static Codec Call(MethodInfo maker, Type[] arguments, CodecCatalog catalog)
    {
        try
        {
            return (Codec)maker.MakeGenericMethod(arguments).Invoke(null, [catalog])!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }

    private static Codec<T[]> Array<T>(CodecCatalog c) => new CollectionCodec<T[], T>(c.Get<T>(), a => a, false);

    private static Codec<List<T>> List<T>(CodecCatalog c) => new CollectionCodec<List<T>, T>(c.Get<T>(), a => [.. a], false);

    private static Codec<HashSet<T>> HashSet<T>(CodecCatalog c) =>
        new CollectionCodec<HashSet<T>, T>(c.Get<T>(), a => [.. a], false, v => Equality(v.Comparer));

    private static Codec<SortedSet<T>> SortedSet<T>(CodecCatalog c) => new CollectionCodec<SortedSet<T>, T>(c.Get<T>(), a => [.. a], false, v => Ordering(v.Comparer));

    private static Codec<Queue<T>> Queue<T>(CodecCatalog c) => new CollectionCodec<Queue<T>, T>(c.Get<T>(), a => new Queue<T>(a), false);

    private static Codec<Stack<T>> Stack<T>(CodecCatalog c) => new CollectionCodec<Stack<T>, T>(c.Get<T>(), a => new Stack<T>(a.Reverse()), false);

    private static Codec<ConcurrentQueue<T>> ConcurrentQueue<T>(CodecCatalog c) => new CollectionCodec<ConcurrentQueue<T>, T>(c.Get<T>(), a => new ConcurrentQueue<T>(a), false);

    private static Codec<Collection<T>> Collection<T>(CodecCatalog c) => new CollectionCodec<Collection<T>, T>(c.Get<T>(), a => [.. a], false);

    private static Codec<ReadOnlyCollection<T>> ReadOnly<T>(CodecCatalog c) => new CollectionCodec<ReadOnlyCollection<T>, T>(c.Get<T>(), a => new ReadOnlyCollection<T>(a), false);

    private static Codec<ImmutableArray<T>> ImmutableArrays<T>(CodecCatalog c) => new CollectionCodec<ImmutableArray<T>, T>(c.Get<T>(), a => [.. a], true);

    private static Codec<ImmutableList<T>> ImmutableLists<T>(CodecCatalog c) => new CollectionCodec<ImmutableList<T>, T>(c.Get<T>(), a => [.. a], true);

    private static Codec<ImmutableHashSet<T>> ImmutableSets<T>(CodecCatalog c) =>
        new CollectionCodec<ImmutableHashSet<T>, T>(c.Get<T>(), a => [.. a], true, v => Equality(v.KeyComparer));

    private static Codec<ImmutableSortedSet<T>> ImmutableSortedSets<T>(CodecCatalog c) =>
        new CollectionCodec<ImmutableSortedSet<T>, T>(c.Get<T>(), a => [.. a], true, v => Ordering(v.KeyComparer));

    private static Codec<ImmutableQueue<T>> ImmutableQueues<T>(CodecCatalog c) => new CollectionCodec<ImmutableQueue<T>, T>(c.Get<T>(), a => [.. a], true);

    private static Codec<FrozenSet<T>> FrozenSets<T>(CodecCatalog c) => new CollectionCodec<FrozenSet<T>, T>(c.Get<T>(), a => a.ToFrozenSet(), true, v => Equality(v.Comparer));

    private static Codec<Dictionary<TK, TV>> Dictionaries<TK, TV>(CodecCatalog c)
        where TK : notnull => new CollectionCodec<Dictionary<TK, TV>, KeyValuePair<TK, TV>>(c.Get<KeyValuePair<TK, TV>>(), a => new Dictionary<TK, TV>(a), false, v => Equality(v.Comparer));

    private static Codec<SortedDictionary<TK, TV>> SortedDictionaries<TK, TV>(CodecCatalog c)
        where TK : notnull => new CollectionCodec<SortedDictionary<TK, TV>, KeyValuePair<TK, TV>>(c.Get<KeyValuePair<TK, TV>>(), a => new SortedDictionary<TK, TV>(a.ToDictionary()), false, v => Ordering(v.Comparer));

    private static Codec<SortedList<TK, TV>> SortedLists<TK, TV>(CodecCatalog c)
        where TK : notnull => new CollectionCodec<SortedList<TK, TV>, KeyValuePair<TK, TV>>(c.Get<KeyValuePair<TK, TV>>(), a => new SortedList<TK, TV>(a.ToDictionary()), false, v => Ordering(v.Comparer));

    private static Codec<ConcurrentDictionary<TK, TV>> ConcurrentDictionaries<TK, TV>(CodecCatalog c)
        where TK : notnull => new CollectionCodec<ConcurrentDictionary<TK, TV>, KeyValuePair<TK, TV>>(c.Get<KeyValuePair<TK, TV>>(), a => new ConcurrentDictionary<TK, TV>(a), false, v => Equality(v.Comparer));

    private static Codec<ReadOnlyDictionary<TK, TV>> ReadOnlyDictionaries<TK, TV>(CodecCatalog c)
        where TK : notnull => new CollectionCodec<ReadOnlyDictionary<TK, TV>, KeyValuePair<TK, TV>>(c.Get<KeyValuePair<TK, TV>>(), a => new ReadOnlyDictionary<TK, TV>(a.ToDictionary()), false);

    private static Codec<ImmutableDictionary<TK, TV>> ImmutableDictionaries<TK, TV>(CodecCatalog c)
        where TK : notnull => new CollectionCodec<ImmutableDictionary<TK, TV>, KeyValuePair<TK, TV>>(c.Get<KeyValuePair<TK, TV>>(), a => a.ToImmutableDictionary(), true, v => Equality(v.KeyComparer));

    private static Codec<ImmutableSortedDictionary<TK, TV>> ImmutableSortedDictionaries<TK, TV>(CodecCatalog c)
        where TK : notnull => new CollectionCodec<ImmutableSortedDictionary<TK, TV>, KeyValuePair<TK, TV>>(c.Get<KeyValuePair<TK, TV>>(), a => a.ToImmutableSortedDictionary(), true, v => Ordering(v.KeyComparer));

    private static Codec<FrozenDictionary<TK, TV>> FrozenDictionaries<TK, TV>(CodecCatalog c)
        where TK : notnull => new CollectionCodec<FrozenDictionary<TK, TV>, KeyValuePair<TK, TV>>(c.Get<KeyValuePair<TK, TV>>(), a => a.ToFrozenDictionary(), true, v => Equality(v.Comparer));

    private static string? Equality<T>(IEqualityComparer<T> comparer) =>
        comparer.Equals(EqualityComparer<T>.Default) || ReferenceEquals(comparer, StringComparer.Ordinal) ? null : $"its comparer {comparer.GetType()} would be lost";

    private static string? Ordering<T>(IComparer<T> comparer) =>
        comparer.Equals(Comparer<T>.Default) ? null : $"its comparer {comparer.GetType()} would be lost";
}
