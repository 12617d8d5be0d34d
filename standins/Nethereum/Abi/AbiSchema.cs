using System.Collections.Concurrent;
using System.Reflection;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Nethereum.ABI;

internal sealed record AbiMember(PropertyInfo Property, AbiType Type, bool Indexed);

/// <summary>The [Parameter] properties of a class in their order: the members of a tuple, call, event or error.</summary>
internal sealed class AbiSchema
{
    private static readonly ConcurrentDictionary<Type, AbiSchema> Known = new();

    private AbiSchema(IReadOnlyList<AbiMember> members) => Members = members;

    public IReadOnlyList<AbiMember> Members { get; }

    public bool IsDynamic => Members.Any(m => m.Type.IsDynamic);

    public int HeadBytes => Members.Sum(m => m.Type.HeadBytes);

    /// <summary>The canonical types in brackets, as in "(address,uint64)".</summary>
    public string Signature => "(" + string.Join(",", Members.Select(m => m.Type.CanonicalName)) + ")";

    public static AbiSchema Of(Type type) => Known.GetOrAdd(type, static key => new AbiSchema(
        [.. key.GetRuntimeProperties()
            .Select(property => (property, attribute: property.GetCustomAttribute<ParameterAttribute>(true)))
            .Where(pair => pair.attribute is not null)
            .OrderBy(pair => pair.attribute.Order)
            .Select(pair => new AbiMember(
                pair.property,
                AbiType.Parse(pair.attribute.Type, pair.property.PropertyType),
                pair.attribute.Parameter.Indexed))]));

    public AbiSchema Where(Func<AbiMember, bool> keep) => new([.. Members.Where(keep)]);
}
