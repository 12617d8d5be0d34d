namespace StandIns.OrleansRuntime.Wire;

/// <summary>A place declared as an interface, an abstract class or object: the type's name, then the value.</summary>
internal sealed class PolymorphicCodec<T>(CodecCatalog catalog) : Codec<T?>
    where T : class
{
    public override void Write(WireWriter writer, T? value)
    {
        if (value is null)
        {
            writer.Byte(0);
        }
        else
        {
            PolymorphicCodec.WriteNamed(writer, catalog, value);
        }
    }

    public override T? Read(WireReader reader) => reader.Byte() == 0 ? null : (T?)PolymorphicCodec.ReadNamed(reader, catalog);
}

internal static class PolymorphicCodec
{
    public static void WriteNamed(WireWriter writer, CodecCatalog catalog, object value)
    {
        Type type = value switch
        {
            Orleans.Runtime.GrainReference reference => reference.ReferencedInterface,
            _ => value.GetType(),
        };
        Codec codec = catalog.Get(type);
        writer.Byte(2);
        writer.Text(catalog.Names.Format(type));
        writer.Enter();
        codec.WriteObject(writer, value);
        writer.Leave();
    }

    public static object? ReadNamed(WireReader reader, CodecCatalog catalog)
    {
        Codec codec = catalog.Get(catalog.Names.Parse(reader.Text()));
        reader.Enter();
        object? value = codec.ReadObject(reader);
        reader.Leave();
        return value;
    }
}
