using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>All codecs of the process, made when first asked for. Refuses types that generated code would not serialise.</summary>
internal sealed class CodecCatalog
{
    private readonly ConcurrentDictionary<Type, Codec> _codecs = new();
    private readonly Dictionary<Type, Codec> _building = [];

    // Made, but perhaps around a type still being built: published together when the outermost is done.
    private readonly Dictionary<Type, Codec> _finished = [];
    private readonly object _lock = new();
    private readonly ConcurrentDictionary<Type, Type> _converters = new();

    private CodecCatalog()
    {
        foreach (Codec codec in PrimitiveCodecs.All())
        {
            _codecs[codec.Type] = codec;
        }
    }

    /// <summary>The one of this process: codecs hold no state of a silo.</summary>
    public static CodecCatalog Shared { get; } = new();

    public TypeNames Names { get; } = new();

    public Codec<T> Get<T>() => Cache<T>.For(this);

    public Codec Get(Type type)
    {
        if (_codecs.TryGetValue(type, out Codec? known))
        {
            return known;
        }

        lock (_lock)
        {
            if (_building.TryGetValue(type, out Codec? unfinished) || _finished.TryGetValue(type, out unfinished))
            {
                return unfinished;
            }

            Type deferredType = typeof(DeferredCodec<>).MakeGenericType(type);
            Codec deferred = (Codec)Activator.CreateInstance(deferredType)!;
            _building[type] = deferred;
            try
            {
                Codec made = Make(type);
                deferredType.GetProperty(nameof(DeferredCodec<int>.Target))!.SetValue(deferred, made);
                _finished[type] = made;
                return made;
            }
            catch
            {
                // What was built around the failed type holds unfinished parts.
                _finished.Clear();
                throw;
            }
            finally
            {
                _building.Remove(type);
                if (_building.Count == 0)
                {
                    foreach ((Type done, Codec codec) in _finished)
                    {
                        _codecs[done] = codec;
                    }

                    _finished.Clear();
                }
            }
        }
    }

    /// <summary>Makes an <see cref="IConverter{TValue, TSurrogate}"/> class known.</summary>
    public void AddConverter(Type converter)
    {
        foreach (Type contract in converter.GetInterfaces().Where(i => i.IsConstructedGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>)))
        {
            Type value = contract.GetGenericArguments()[0];
            _converters[value.IsGenericType && converter.IsGenericTypeDefinition ? value.GetGenericTypeDefinition() : value] = converter;
        }
    }

    private Codec Make(Type type)
    {
        if (type.ContainsGenericParameters || type.IsPointer || type.IsByRef || typeof(Delegate).IsAssignableFrom(type))
        {
            throw new CodecNotFoundException($"Could not find a codec for type {type}");
        }

        if (type.IsEnum)
        {
            return PrimitiveCodecs.ForEnum(type);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Create(typeof(NullableCodec<>), [underlying], Get(underlying));
        }

        if (FindConverter(type) is { } converter)
        {
            Type surrogate = converter.GetInterfaces()
                .Where(i => i.IsConstructedGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>) && i.GetGenericArguments()[0] == type)
                .Select(i => i.GetGenericArguments()[1])
                .Single();
            return Create(typeof(ConverterCodec<,>), [type, surrogate], Get(surrogate), Activator.CreateInstance(converter, true)!, this, Contract.IsImmutable(type));
        }

        if (typeof(IAddressable).IsAssignableFrom(type) && (type.IsInterface || typeof(GrainReference).IsAssignableFrom(type)))
        {
            return Create(typeof(ReferenceCodec<>), [type], this);
        }

        if (CollectionCodecFactory.TryMake(type, this) is { } collection)
        {
            return collection;
        }

        if (typeof(Exception).IsAssignableFrom(type))
        {
            return ObjectCodecFactory.MakeException(type, this);
        }

        if (Contract.IsMarked(type) || Contract.IsTuple(type))
        {
            return ObjectCodecFactory.Make(type, this);
        }

        if (type == typeof(object) || type.IsInterface || type.IsAbstract)
        {
            return Create(typeof(PolymorphicCodec<>), [type], this);
        }

        throw new CodecNotFoundException(
            $"Could not find a codec for type {type}: mark it with [GenerateSerializer], or give it a surrogate with [RegisterConverter]");
    }

    private Type? FindConverter(Type type)
    {
        if (_converters.TryGetValue(type, out Type? exact))
        {
            return exact;
        }

        return type.IsConstructedGenericType && _converters.TryGetValue(type.GetGenericTypeDefinition(), out Type? open)
            ? open.MakeGenericType(type.GetGenericArguments())
            : null;
    }

    private static Codec Create(Type definition, Type[] arguments, params object[] values) =>
        (Codec)Activator.CreateInstance(definition.MakeGenericType(arguments), values)!;

    private static class Cache<T>
    {
        private static Codec<T>? s_codec;

        public static Codec<T> For(CodecCatalog catalog)
        {
            if (s_codec is { } codec)
            {
                return codec;
            }

            Type type = typeof(T);
            codec = (Codec<T>)catalog.Get(type);
            if (codec is not DeferredCodec<T>)
            {
                s_codec = codec;
            }

            return codec;
        }
    }
}
