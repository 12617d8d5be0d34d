using System.Numerics;

namespace Tachyon.Chain.Ethereum;

/// <summary>The 32-byte words of the ABI, for encodings of static values alone.</summary>
internal static class AbiWords
{
    private const int WordLength = 32;

    public static Bytes32 Of(Address address)
    {
        Span<byte> word = stackalloc byte[WordLength];
        word.Clear();
        address.CopyTo(word[(WordLength - Address.Length)..]);
        return Bytes32.FromBytes(word);
    }

    public static Bytes32 Of(BigInteger number)
    {
        Span<byte> word = stackalloc byte[WordLength];
        word.Clear();
        var length = number.GetByteCount(isUnsigned: true);
        number.TryWriteBytes(word[(WordLength - length)..], out _, isUnsigned: true, isBigEndian: true);
        return Bytes32.FromBytes(word);
    }

    public static Bytes32 Of(TimeSpan period) => Of((long)period.TotalSeconds);

    public static byte[] Join(params ReadOnlySpan<Bytes32> words)
    {
        var joined = new byte[words.Length * WordLength];
        for (var i = 0; i < words.Length; i++)
        {
            words[i].CopyTo(joined.AsSpan(i * WordLength));
        }

        return joined;
    }
}
