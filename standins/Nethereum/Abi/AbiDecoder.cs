using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Util;

namespace Nethereum.ABI;

/// <summary>ABI bytes to values of the types that the properties ask for.</summary>
internal static class AbiDecoder
{
    public static void DecodeMembers(AbiSchema schema, ReadOnlyMemory<byte> data, object instance)
    {
        // As in the package: no data leaves the object as it was, so a call to an address without code goes unnoticed.
        if (data.IsEmpty)
        {
            return;
        }

        var head = 0;
        foreach (var member in schema.Members)
        {
            member.Property.SetValue(instance, Member(member.Type, data, ref head, member.Property.PropertyType));
        }
    }

    public static object Decode(AbiType type, ReadOnlyMemory<byte> data, Type target)
    {
        var head = 0;
        return Member(type, data, ref head, target);
    }

    private static object Member(AbiType type, ReadOnlyMemory<byte> data, ref int head, Type target)
    {
        var at = head;
        head += type.HeadBytes;
        return Value(type, type.IsDynamic ? data[Length(data, at)..] : data.Slice(at, type.HeadBytes), target);
    }

    private static object Value(AbiType type, ReadOnlyMemory<byte> data, Type target)
    {
        switch (type.Kind)
        {
            case AbiKind.Unsigned or AbiKind.Signed:
                return Integer(type, data.Span[..32], target);
            case AbiKind.Address:
                return data.Span[12..32].ToArray().ToHex(true).ConvertToEthereumChecksumAddress();
            case AbiKind.Boolean:
                return !new BigInteger(data.Span[..32], isUnsigned: true, isBigEndian: true).IsZero;
            case AbiKind.FixedBytes:
                return data.Span[..type.Size].ToArray();
            case AbiKind.Bytes:
                return data.Slice(32, Length(data, 0)).ToArray();
            case AbiKind.Text:
                return Encoding.UTF8.GetString(data.Slice(32, Length(data, 0)).Span);
            case AbiKind.Tuple:
                var instance = Activator.CreateInstance(target);
                DecodeMembers(type.Members, data, instance);
                return instance;
            default:
                return List(type, data, target);
        }
    }

    private static object List(AbiType type, ReadOnlyMemory<byte> data, Type target)
    {
        var count = type.Size < 0 ? Length(data, 0) : type.Size;
        var items = type.Size < 0 ? data[32..] : data;
        if (count > items.Length / 32)
        {
            throw new Exception($"Insufficient data length to decode Array. Data: {items.Length}, Size: {count}");
        }

        var list = (IList)Activator.CreateInstance(target);
        var elementType = AbiType.ElementTypeOf(target);
        var head = 0;
        for (var i = 0; i < count; i++)
        {
            list.Add(Member(type.Element, items, ref head, elementType));
        }

        return list;
    }

    private static int Length(ReadOnlyMemory<byte> data, int at)
        => (int)new BigInteger(data.Span.Slice(at, 32), isUnsigned: true, isBigEndian: true);

    private static object Integer(AbiType type, ReadOnlySpan<byte> word, Type target)
    {
        var number = new BigInteger(word, isUnsigned: type.Kind == AbiKind.Unsigned, isBigEndian: true);
        if (target == typeof(BigInteger))
        {
            return number;
        }

        if (target.IsEnum)
        {
            return Enum.ToObject(target, (int)number);
        }

        // Throws OverflowException when the number does not fit the property, as the package does.
        return Type.GetTypeCode(target) switch
        {
            TypeCode.Byte => (byte)number,
            TypeCode.SByte => (sbyte)number,
            TypeCode.UInt16 => (ushort)number,
            TypeCode.Int16 => (short)number,
            TypeCode.UInt32 => (uint)number,
            TypeCode.Int32 => (int)number,
            TypeCode.UInt64 => (ulong)number,
            TypeCode.Int64 => (object)(long)number,
            _ => throw new NotSupportedException(string.Create(
                CultureInfo.InvariantCulture, $"{target} is not a supported decoding type for IntType")),
        };
    }
}
