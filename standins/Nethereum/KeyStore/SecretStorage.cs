using System.Security.Cryptography;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Util;

namespace Nethereum.KeyStore.Crypto;

/// <summary>The password does not open the file: the MACs differ.</summary>
public class DecryptionException : Exception
{
    internal DecryptionException(string msg)
        : base(msg)
    {
    }
}

/// <summary>Web3 secret storage: AES-128-CTR with the first half of the derived key, Keccak over the second half.</summary>
internal static class SecretStorage
{
    public static byte[] Mac(byte[] derivedKey, byte[] cipherText)
        => Sha3Keccack.Current.CalculateHash([.. derivedKey.AsSpan(16, 16), .. cipherText]);

    public static byte[] Decrypt(byte[] mac, byte[] iv, byte[] cipherText, byte[] derivedKey)
        => Mac(derivedKey, cipherText).ToHex() == mac.ToHex()
            ? ApplyKeyStream(iv, derivedKey, cipherText)
            : throw new DecryptionException("Cannot derive the same mac as the one provided from the cipher and derived key");

    /// <summary>Encrypts and decrypts: the two are the same in counter mode.</summary>
    public static byte[] ApplyKeyStream(byte[] iv, byte[] derivedKey, byte[] input)
    {
        using var aes = Aes.Create();
        aes.Key = derivedKey[..16];
        var counter = (byte[])iv.Clone();
        var output = (byte[])input.Clone();
        for (var at = 0; at < output.Length; at += 16)
        {
            var stream = aes.EncryptEcb(counter, PaddingMode.None);
            for (var i = 0; i < 16 && at + i < output.Length; i++)
            {
                output[at + i] ^= stream[i];
            }

            for (var i = 15; i >= 0 && ++counter[i] == 0; i--)
            {
            }
        }

        return output;
    }
}
