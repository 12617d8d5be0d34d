using Orleans.Runtime;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>Makes references that are bound to the runtime on the receiving side.</summary>
internal interface IReferenceBinder
{
    IAddressable Bind(GrainId grainId, Type interfaceType);
}

/// <summary>Encodes and decodes one type.</summary>
internal abstract class Codec
{
    public abstract Type Type { get; }

    /// <summary>True when a value may be shared between caller and callee within one silo.</summary>
    public virtual bool IsImmutable => false;

    /// <summary>True when a value cannot be changed at all, so that it need not be copied to another silo either.</summary>
    public virtual bool IsShared => false;

    /// <summary>True when the encoding is one variable-length number, which needs no length before it.</summary>
    public virtual bool IsVar => false;

    public abstract void WriteObject(WireWriter writer, object? value);

    public abstract object? ReadObject(WireReader reader);

    /// <summary>A deep copy, by encoding and decoding.</summary>
    public object? RoundTrip(object? value, IReferenceBinder? binder)
    {
        WireWriter writer = WireWriter.Rent();
        try
        {
            WriteObject(writer, value);
            return ReadObject(new WireReader(writer.Buffer, writer.Length, binder));
        }
        finally
        {
            writer.Return();
        }
    }
}

internal abstract class Codec<T> : Codec
{
    public override Type Type => typeof(T);

    public abstract void Write(WireWriter writer, T value);

    public abstract T Read(WireReader reader);

    public sealed override void WriteObject(WireWriter writer, object? value) => Write(writer, (T)value!);

    public sealed override object? ReadObject(WireReader reader) => Read(reader);
}

/// <summary>Stands for a codec that is still being built, so that types may contain themselves.</summary>
internal sealed class DeferredCodec<T> : Codec<T>
{
    public Codec<T>? Target { get; set; }

    public override void Write(WireWriter writer, T value) => Target!.Write(writer, value);

    public override T Read(WireReader reader) => Target!.Read(reader);
}
