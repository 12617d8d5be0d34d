using System.Buffers;
using Orleans.Serialization.Session;
using StandIns.OrleansRuntime.Wire;

namespace Orleans.Serialization;

/// <summary>Encodes and decodes any serialisable value. The bytes are the stand-in's own and not those of the real package.</summary>
public sealed class Serializer
{
    private readonly CodecCatalog _catalog;

    public Serializer(SerializerSessionPool sessionPool)
    {
        SessionPool = sessionPool;
        _catalog = sessionPool.Catalog;
    }

    public SerializerSessionPool SessionPool { get; }

    public Serializer<T> GetSerializer<T>() => new(SessionPool);

    public bool CanSerialize<T>() => CanSerialize(typeof(T));

    public bool CanSerialize(Type type)
    {
        try
        {
            _catalog.Get(type);
            return true;
        }
        catch (CodecNotFoundException)
        {
            return false;
        }
    }

    public byte[] SerializeToArray<T>(T value) => GetSerializer<T>().SerializeToArray(value);

    public void Serialize<T>(T value, Stream destination, int sizeHint = 0) => GetSerializer<T>().Serialize(value, destination, sizeHint);

    public void Serialize<T, TBufferWriter>(T value, TBufferWriter destination)
        where TBufferWriter : IBufferWriter<byte> => GetSerializer<T>().Serialize(value, destination);

    public T Deserialize<T>(byte[] source) => GetSerializer<T>().Deserialize(source);

    public T Deserialize<T>(ReadOnlyMemory<byte> source) => GetSerializer<T>().Deserialize(source);

    public T Deserialize<T>(ReadOnlySpan<byte> source) => GetSerializer<T>().Deserialize(source);

    public T Deserialize<T>(ReadOnlySequence<byte> source) => GetSerializer<T>().Deserialize(source);

    public T Deserialize<T>(Stream source) => GetSerializer<T>().Deserialize(source);
}

/// <summary>A <see cref="Serializer"/> for one type.</summary>
public sealed class Serializer<T>
{
    private readonly Codec<T> _codec;

    public Serializer(SerializerSessionPool sessionPool) => _codec = sessionPool.Catalog.Get<T>();

    public byte[] SerializeToArray(T value)
    {
        WireWriter writer = WireWriter.Rent();
        try
        {
            _codec.Write(writer, value);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Return();
        }
    }

    public void Serialize(T value, Stream destination, int sizeHint = 0) => destination.Write(SerializeToArray(value));

    public void Serialize<TBufferWriter>(T value, TBufferWriter destination)
        where TBufferWriter : IBufferWriter<byte>
    {
        WireWriter writer = WireWriter.Rent();
        try
        {
            _codec.Write(writer, value);
            destination.Write(writer.Written);
        }
        finally
        {
            writer.Return();
        }
    }

    public T Deserialize(byte[] source) => _codec.Read(new WireReader(source, source.Length, null));

    public T Deserialize(ReadOnlyMemory<byte> source) => Deserialize(source.ToArray());

    public T Deserialize(ReadOnlySpan<byte> source) => Deserialize(source.ToArray());

    public T Deserialize(ReadOnlySequence<byte> source) => Deserialize(source.ToArray());

    public T Deserialize(Stream source)
    {
        using MemoryStream buffer = new();
        source.CopyTo(buffer);
        return Deserialize(buffer.ToArray());
    }
}

/// <summary>Copies values by encoding and decoding them; values that are immutable are handed on as they are.</summary>
public sealed class DeepCopier
{
    private readonly CodecCatalog _catalog;

    internal DeepCopier(CodecCatalog catalog) => _catalog = catalog;

    public DeepCopier<T> GetCopier<T>() => new(_catalog);

    public T Copy<T>(T value) => GetCopier<T>().Copy(value);
}

public sealed class DeepCopier<T>
{
    private readonly Codec<T> _codec;

    internal DeepCopier(CodecCatalog catalog) => _codec = catalog.Get<T>();

    public T Copy(T value) => _codec.IsImmutable ? value : (T)_codec.RoundTrip(value, null)!;
}
