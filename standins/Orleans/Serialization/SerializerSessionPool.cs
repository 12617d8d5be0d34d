using StandIns.OrleansRuntime.Wire;

namespace Orleans.Serialization.Session;

/// <summary>What serializers are made from. The stand-in has no sessions to pool.</summary>
public sealed class SerializerSessionPool
{
    internal SerializerSessionPool(CodecCatalog catalog) => Catalog = catalog;

    internal CodecCatalog Catalog { get; }
}
