using System.Text;
using Nethereum.Hex.HexConvertors.Extensions;
using Org.BouncyCastle.Crypto.Digests;

namespace Nethereum.Util;

/// <summary>Keccak-256, Ethereum's hash.</summary>
public class Sha3Keccack
{
    public static Sha3Keccack Current { get; } = new();

    /// <summary>The hash of the text's UTF-8 bytes, as hexadecimal without prefix.</summary>
    public string CalculateHash(string value) => CalculateHash(Encoding.UTF8.GetBytes(value)).ToHex();

    public byte[] CalculateHash(byte[] value)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(value, 0, value.Length);
        var hash = new byte[32];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
