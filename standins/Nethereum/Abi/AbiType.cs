using System.Globalization;

namespace Nethereum.ABI;

internal enum AbiKind
{
    Unsigned,
    Signed,
    Address,
    Boolean,
    Bytes,
    FixedBytes,
    Text,
    Tuple,
    List,
}

/// <summary>
/// A Solidity type as read from a [Parameter] attribute. <see cref="Size"/> is bits of a number, bytes of bytesN,
/// or the length of a fixed array (−1 when dynamic).
/// </summary>
internal sealed record AbiType(AbiKind Kind, int Size, AbiType Element, AbiSchema Members)
{
    public bool IsDynamic => Kind switch
    {
        AbiKind.Bytes or AbiKind.Text => true,
        AbiKind.List => Size < 0 || Element.IsDynamic,
        AbiKind.Tuple => Members.IsDynamic,
        _ => false,
    };

    /// <summary>Bytes in the head of an encoding: an offset for dynamic types, the whole value otherwise.</summary>
    public int HeadBytes => Kind switch
    {
        _ when IsDynamic => 32,
        AbiKind.List => Size * Element.HeadBytes,
        AbiKind.Tuple => Members.HeadBytes,
        _ => 32,
    };

    public string CanonicalName => Kind switch
    {
        AbiKind.Unsigned => "uint" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Signed => "int" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Address => "address",
        AbiKind.Boolean => "bool",
        AbiKind.Bytes => "bytes",
        AbiKind.FixedBytes => "bytes" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Text => "string",
        AbiKind.Tuple => Members.Signature,
        _ => Element.CanonicalName + (Size < 0 ? "[]" : $"[{Size}]"),
    };

    /// <param name="name">the type as written in the attribute</param>
    /// <param name="propertyType">the property's type, which describes the members of a tuple</param>
    public static AbiType Parse(string name, Type propertyType)
    {
        if (name.EndsWith(']'))
        {
            var bracket = name.LastIndexOf('[');
            var length = name[(bracket + 1)..^1];
            var elementType = ElementTypeOf(propertyType)
                ?? throw new Exception("Only types that implement IList<T> are supported for encoding");
            return new AbiType(
                AbiKind.List, length.Length == 0 ? -1 : Number(length), Parse(name[..bracket], elementType), null);
        }

        return name switch
        {
            "tuple" => new AbiType(AbiKind.Tuple, 0, null, AbiSchema.Of(propertyType)),
            "address" => new AbiType(AbiKind.Address, 0, null, null),
            "bool" => new AbiType(AbiKind.Boolean, 0, null, null),
            "string" => new AbiType(AbiKind.Text, 0, null, null),
            "bytes" => new AbiType(AbiKind.Bytes, 0, null, null),
            "uint" => new AbiType(AbiKind.Unsigned, 256, null, null),
            "int" => new AbiType(AbiKind.Signed, 256, null, null),
            _ when name.StartsWith("bytes", StringComparison.Ordinal) => new AbiType(AbiKind.FixedBytes, Number(name[5..]), null, null),
            _ when name.StartsWith("uint", StringComparison.Ordinal) => new AbiType(AbiKind.Unsigned, Number(name[4..]), null, null),
            _ when name.StartsWith("int", StringComparison.Ordinal) => new AbiType(AbiKind.Signed, Number(name[3..]), null, null),
            _ => throw new ArgumentException("Unknown type: " + name),
        };
    }

    public static Type ElementTypeOf(Type listType)
        => listType.GetInterfaces()
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            ?.GetGenericArguments()[0];

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
