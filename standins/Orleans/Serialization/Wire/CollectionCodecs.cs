using System.Runtime.InteropServices;
using Orleans.Serialization;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>A collection, as a count and its elements; zero stands for null.</summary>
internal sealed class CollectionCodec<TCollection, TElement>(
    Codec<TElement> element,
    Func<TElement[], TCollection> build,
    bool isImmutable,
    Func<TCollection, string?>? refuse = null) : Codec<TCollection>
    where TCollection : IEnumerable<TElement>
{
    public override bool IsImmutable => isImmutable && element.IsImmutable;

    public override void Write(WireWriter writer, TCollection value)
    {
        if (value is null || IsDefault(value))
        {
            writer.Var(0);
            return;
        }

        if (value.GetType() != typeof(TCollection))
        {
            // Frozen collections and concurrent ones hide behind derived types; lists and sets must be just that.
            if (!isImmutable)
            {
                throw new CodecNotFoundException($"Could not find a codec for type {value.GetType()}, met where {typeof(TCollection)} is declared");
            }
        }

        if (refuse?.Invoke(value) is { } reason)
        {
            throw new SerializerException($"A {typeof(TCollection)} cannot be serialised: {reason}");
        }

        writer.Enter();
        if (value is TElement[] array)
        {
            WriteAll(writer, array);
        }
        else if (value is List<TElement> list)
        {
            WriteAll(writer, CollectionsMarshal.AsSpan(list));
        }
        else
        {
            WriteAll(writer, Enumerable.ToArray<TElement>(value));
        }

        writer.Leave();
    }

    public override TCollection Read(WireReader reader)
    {
        ulong stored = reader.Var();
        if (stored == 0)
        {
            return default!;
        }

        if (stored - 1 > (ulong)reader.Remaining)
        {
            throw new SerializerException($"A count of {stored - 1} exceeds the {reader.Remaining} bytes that follow");
        }

        reader.Enter();
        TElement[] elements = new TElement[stored - 1];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = element.Read(reader);
        }

        reader.Leave();
        return build(elements);
    }

    // Only an uninitialised ImmutableArray throws on enumeration.
    private static bool IsDefault(TCollection value) =>
        typeof(TCollection).IsValueType && EqualityComparer<TCollection>.Default.Equals(value, default);

    private void WriteAll(WireWriter writer, ReadOnlySpan<TElement> elements)
    {
        writer.Var((ulong)elements.Length + 1);
        foreach (TElement item in elements)
        {
            element.Write(writer, item);
        }
    }
}
