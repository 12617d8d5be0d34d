using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Nethereum.ABI;

/// <summary>Values to ABI bytes: heads of 32-byte words, offsets into the tails of dynamic values.</summary>
internal static class AbiEncoder
{
    public static byte[] EncodeMembers(AbiSchema schema, object instance)
        => Join([.. schema.Members.Select(m => (m.Type, m.Property.GetValue(instance)))]);

    private static byte[] Join(List<(AbiType Type, object Value)> items)
    {
        var head = new MemoryStream();
        var tail = new MemoryStream();
        var headBytes = items.Sum(item => item.Type.HeadBytes);
        for (var i = 0; i < items.Count; i++)
        {
            var (type, value) = items[i];
            var encoded = Guarded(i, type, value);
            if (type.IsDynamic)
            {
                head.Write(Word(headBytes + tail.Length));
                tail.Write(encoded);
            }
            else
            {
                head.Write(encoded);
            }
        }

        head.Write(tail.ToArray());
        return head.ToArray();
    }

    private static byte[] Guarded(int index, AbiType type, object value)
    {
        try
        {
            return Encode(type, value);
        }
        catch (Exception error) when (error is not AbiEncodingException)
        {
            throw new AbiEncodingException(
                $"An error occurred encoding abi value. Order: '{index + 1}', Type: '{type.CanonicalName}', "
                + $"Value: '{value ?? "null"}'.  Ensure the value is valid for the abi type.", error);
        }
    }

    private static byte[] Encode(AbiType type, object value) => type.Kind switch
    {
        AbiKind.Unsigned or AbiKind.Signed => Integer(type, value),
        AbiKind.Address => AddressWord(value),
        AbiKind.Boolean => Word((bool)value ? 1 : 0),
        AbiKind.FixedBytes => FixedBytes(type.Size, value),
        AbiKind.Bytes => Sized((byte[])value ?? throw new ArgumentException("byte[] value expected for type 'bytes'")),
        AbiKind.Text => Sized(Encoding.UTF8.GetBytes((string)value)),
        AbiKind.Tuple => EncodeMembers(type.Members, value ?? throw new ArgumentNullException(nameof(value))),
        _ => List(type, value),
    };

    private static byte[] List(AbiType type, object value)
    {
        var items = (value as IEnumerable ?? throw new Exception("Array value expected for type"))
            .Cast<object>().Select(item => (type.Element, item)).ToList();
        var encoded = Join(items);
        return type.Size < 0 ? [.. Word(items.Count), .. encoded] : encoded;
    }

    private static byte[] Integer(AbiType type, object value)
    {
        var number = value switch
        {
            BigInteger big => big,
            Enum named => (int)(object)named,
            null => throw new ArgumentNullException(nameof(value)),
            _ => BigInteger.Parse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        };
        var signed = type.Kind == AbiKind.Signed;
        var highest = (BigInteger.One << (signed ? type.Size - 1 : type.Size)) - 1;
        var lowest = signed ? -highest - 1 : BigInteger.Zero;
        if (number > highest || number < lowest)
        {
            throw new ArgumentOutOfRangeException(
                nameof(value), $"The integer {number} lies outside {type.CanonicalName}: {lowest} to {highest}.");
        }

        return Word(number);
    }

    private static byte[] AddressWord(object value)
    {
        var bytes = ((string)value).HexToByteArray();
        if (bytes.Length > 20)
        {
            throw new Exception("Invalid address (should be 20 bytes length): " + value);
        }

        return Padded(bytes, left: true, 32);
    }

    private static byte[] FixedBytes(int size, object value)
    {
        var bytes = value as byte[] ?? throw new ArgumentException($"byte[] value expected for type 'bytes{size}'");
        // bytes32 takes a shorter array and pads it on the right, any other size must fit exactly; as in the package.
        return bytes.Length > size || (bytes.Length != size && size != 32)
            ? throw new ArgumentException($"byte[] size expected to be {size}")
            : Padded(bytes, left: false, 32);
    }

    private static byte[] Sized(byte[] bytes)
        => [.. Word(bytes.Length), .. Padded(bytes, left: false, (bytes.Length + 31) / 32 * 32)];

    private static byte[] Padded(byte[] bytes, bool left, int length)
    {
        var padded = new byte[length];
        bytes.CopyTo(padded, left ? length - bytes.Length : 0);
        return padded;
    }

    private static byte[] Word(BigInteger number)
    {
        var word = new byte[32];
        if (number.Sign < 0)
        {
            word.AsSpan().Fill(0xFF);
        }

        var bytes = number.ToByteArray(isUnsigned: number.Sign >= 0, isBigEndian: true);
        bytes.CopyTo(word, 32 - bytes.Length);
        return word;
    }
}
