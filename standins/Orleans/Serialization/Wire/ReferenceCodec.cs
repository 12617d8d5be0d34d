using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>A reference to a grain or observer: its id. It is bound to the receiver's runtime when read.</summary>
internal sealed class ReferenceCodec<T>(CodecCatalog catalog) : Codec<T?>
    where T : class, IAddressable
{
    public override void Write(WireWriter writer, T? value)
    {
        switch (value)
        {
            case null:
                writer.Byte(0);
                break;
            case GrainReference reference:
                Write(writer, reference.GrainId, reference.ReferencedInterface);
                break;
            case IGrainBase grain:
                Write(writer, grain.GrainContext.GrainId, typeof(T));
                break;
            default:
                throw new NotSupportedException(
                    $"IGrainObserver parameters must be GrainReference or Grain and cannot be type {value.GetType()}. Did you forget to CreateObjectReference?");
        }
    }

    public override T? Read(WireReader reader)
    {
        if (reader.Byte() == 0)
        {
            return null;
        }

        GrainId grainId = new(new GrainType(reader.Take(reader.Count()).ToArray()), new IdSpan(reader.Take(reader.Count()).ToArray()));
        Type interfaceType = catalog.Names.Parse(reader.Text());
        IReferenceBinder binder = reader.Binder ?? throw new SerializerException($"A reference to {grainId} was read where no runtime can bind it");
        return (T)binder.Bind(grainId, typeof(T).IsAssignableFrom(interfaceType) ? interfaceType : typeof(T));
    }

    private void Write(WireWriter writer, GrainId grainId, Type interfaceType)
    {
        writer.Byte(1);
        writer.Var((ulong)grainId.Type.AsSpan().Length);
        writer.Bytes(grainId.Type.AsSpan());
        writer.Var((ulong)grainId.Key.AsSpan().Length);
        writer.Bytes(grainId.Key.AsSpan());
        writer.Text(catalog.Names.Format(interfaceType));
    }
}
