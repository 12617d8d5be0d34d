using Orleans;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>A foreign type, carried as its surrogate.</summary>
internal sealed class ConverterCodec<TValue, TSurrogate>(Codec<TSurrogate> surrogate, IConverter<TValue, TSurrogate> converter, CodecCatalog catalog, bool isImmutable)
    : Codec<TValue>
    where TSurrogate : struct
{
    public override bool IsImmutable => isImmutable;

    public override void Write(WireWriter writer, TValue value)
    {
        if (value is null)
        {
            writer.Byte(0);
        }
        else if (value.GetType() != typeof(TValue))
        {
            PolymorphicCodec.WriteNamed(writer, catalog, value);
        }
        else
        {
            writer.Byte(1);
            surrogate.Write(writer, converter.ConvertToSurrogate(in value));
        }
    }

    public override TValue Read(WireReader reader)
    {
        switch (reader.Byte())
        {
            case 0:
                return default!;
            case 1:
                TSurrogate stored = surrogate.Read(reader);
                return converter.ConvertFromSurrogate(in stored);
            default:
                return (TValue)PolymorphicCodec.ReadNamed(reader, catalog)!;
        }
    }
}
