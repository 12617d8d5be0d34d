using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Serialization;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>A class with numbered members: null, the declared type, or a named derived one.</summary>
internal sealed class ObjectCodec<T>(CodecCatalog catalog, bool isImmutable) : Codec<T?>
    where T : class
{
    private static readonly Func<T> s_create = MakeActivator();

    private MemberLevel<T>[] _levels = [];

    public override bool IsImmutable => isImmutable;

    public void SetLevels(MemberLevel<T>[] levels) => _levels = levels;

    public override void Write(WireWriter writer, T? value)
    {
        if (value is null)
        {
            writer.Byte(0);
            return;
        }

        if (value.GetType() != typeof(T))
        {
            PolymorphicCodec.WriteNamed(writer, catalog, value);
            return;
        }

        writer.Byte(1);
        writer.Enter();
        foreach (MemberLevel<T> level in _levels)
        {
            level.Write(writer, ref value!);
        }

        writer.Leave();
    }

    public override T? Read(WireReader reader)
    {
        switch (reader.Byte())
        {
            case 0:
                return null;
            case 1:
                reader.Enter();
                T value = s_create();
                foreach (MemberLevel<T> level in _levels)
                {
                    level.Read(reader, ref value);
                }

                reader.Leave();
                return value;
            default:
                return (T?)PolymorphicCodec.ReadNamed(reader, catalog);
        }
    }

    // As generated activators do: a parameterless constructor if there is one, else no constructor at all.
    private static Func<T> MakeActivator()
    {
        ConstructorInfo? constructor = typeof(T).GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []);
        return typeof(T).IsAbstract ? () => throw new SerializerException($"{typeof(T)} is abstract")
            : constructor is null ? () => (T)RuntimeHelpers.GetUninitializedObject(typeof(T))
            : System.Linq.Expressions.Expression.Lambda<Func<T>>(System.Linq.Expressions.Expression.New(constructor)).Compile();
    }
}

/// <summary>A struct with numbered members.</summary>
internal sealed class StructCodec<T>(bool isImmutable) : Codec<T>
    where T : struct
{
    private MemberLevel<T> _level = new([]);

    public override bool IsImmutable => isImmutable;

    public void SetLevels(MemberLevel<T>[] levels) => _level = levels[^1];

    public override void Write(WireWriter writer, T value)
    {
        writer.Enter();
        _level.Write(writer, ref value);
        writer.Leave();
    }

    public override T Read(WireReader reader)
    {
        reader.Enter();
        T value = default;
        _level.Read(reader, ref value);
        reader.Leave();
        return value;
    }
}
