using System.Numerics;

namespace Nethereum.Model;

/// <summary>Recursive length prefix: strings and lists of bytes.</summary>
internal static class Rlp
{
    private const byte ShortString = 0x80;
    private const byte ShortList = 0xC0;

    public static byte[] Element(byte[] bytes)
        => bytes is [< ShortString] ? bytes : [.. Prefix(ShortString, bytes.Length), .. bytes];

    public static byte[] Element(BigInteger number)
        => Element(number.IsZero ? [] : number.ToByteArray(isUnsigned: true, isBigEndian: true));

    public static byte[] List(params IEnumerable<byte[]> encodedItems)
    {
        byte[] payload = [.. encodedItems.SelectMany(item => item)];
        return [.. Prefix(ShortList, payload.Length), .. payload];
    }

    /// <summary>The payloads of a list's items; a nested list is given as its own encoding.</summary>
    public static List<byte[]> DecodeList(ReadOnlySpan<byte> encoded)
    {
        var (start, length) = Header(encoded, ShortList);
        if (encoded.IsEmpty || encoded[0] < ShortList || start + length != encoded.Length)
        {
            throw new Exception("Invalid RLP: a list was expected");
        }

        var items = new List<byte[]>();
        var rest = encoded[start..];
        while (!rest.IsEmpty)
        {
            var nested = rest[0] >= ShortList;
            var (itemStart, itemLength) = Header(rest, nested ? ShortList : ShortString);
            items.Add(rest[(nested ? 0 : itemStart)..(itemStart + itemLength)].ToArray());
            rest = rest[(itemStart + itemLength)..];
        }

        return items;
    }

    private static byte[] Prefix(byte offset, int length)
    {
        if (length < 56)
        {
            return [(byte)(offset + length)];
        }

        var digits = new BigInteger(length).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [(byte)(offset + 55 + digits.Length), .. digits];
    }

    private static (int Start, int Length) Header(ReadOnlySpan<byte> encoded, byte offset)
    {
        if (encoded.IsEmpty)
        {
            throw new Exception("Invalid RLP: it ends too early");
        }

        if (encoded[0] < ShortString)
        {
            return (0, 1);
        }

        var marker = encoded[0] - offset;
        var (start, length) = marker < 56
            ? (1, marker)
            : (1 + marker - 55, (int)new BigInteger(encoded.Slice(1, marker - 55), isUnsigned: true, isBigEndian: true));
        return start + length <= encoded.Length ? (start, length) : throw new Exception("Invalid RLP: it ends too early");
    }
}
